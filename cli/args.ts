import { parseArgs } from 'node:util';
import { InputError } from '../src/util/errors';

export const usage = 'npm run prune -- recipe.json --out DIR [--backend wasm|cpu] [--quiet]';

export interface Arguments {
  readonly recipe: string;
  readonly out: string;
  readonly backend: 'wasm' | 'cpu';
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
  return { recipe, out, backend, quiet };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        out: { type: 'string' },
        backend: { type: 'string', default: 'wasm' },
        quiet: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
  } catch (error) {
    const [sentence = ''] = (error instanceof Error ? error.message : String(error)).split('. ');
    throw wrong('', `${sentence}.`);
  }
}

function wrong(place: string, problem: string): InputError {
  return new InputError({ file: 'prune', place, problem, advice: `Usage: ${usage}` });
}
