import { parseArgs } from 'node:util';
import { InputError } from '../src/util/errors';

export const usage = 'npm run prune -- recipe.json --out DIR [--backend wasm|cpu] [--shards N] [--quiet]';

export interface Arguments {
  readonly recipe: string;
  readonly out: string;
  readonly backend: 'wasm' | 'cpu';
  /** Over how many threads the calibration set is split; null for as many as there are cores, where that pays. */
  readonly shards: number | null;
  readonly quiet: boolean;
}

/** @throws InputError naming the argument, with the usage as its advice */
export function readArguments(args: readonly string[]): Arguments | 'help' {
  const { values, positionals } = parse(args);
  if (values.help) return 'help';
  const { out, backend, quiet } = values;
  const [recipe, ...others] = positionals;
  if (recipe === undefined) throw wrong('', 'the recipe is missing.');
  if (others.length > 0) throw wrong(others.join(' '), 'there is one recipe too many.');
  if (out === undefined || out === '') throw wrong('--out', 'the folder for the results is missing.');
  if (backend !== 'wasm' && backend !== 'cpu') throw wrong('--backend', `"${backend}" is not known.`);
  return { recipe, out, backend, shards: readShards(values.shards), quiet };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        out: { type: 'string' },
        backend: { type: 'string', default: 'wasm' },
        shards: { type: 'string' },
        quiet: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw wrong('', `${sentence}.`);
  }
}

function readShards(text: string | undefined): number | null {
  if (text === undefined) return null;
  const shards = Number(text);
  if (!/^\d+$/.test(text) || shards < 1 || shards > 64)
    throw wrong('--shards', `"${text}" is no number from 1 to 64.`);
  return shards;
}

function wrong(place: string, problem: string): InputError {
  return new InputError({ file: 'prune', place, problem, advice: `Usage: ${usage}` });
}
