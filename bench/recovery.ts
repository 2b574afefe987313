import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRecipe, openSession } from '../cli/run';
import { readCalibration } from '../src/calibration';
import { createOracle } from '../src/engine/graph-oracle';
import { readModel } from '../src/formats';
import type { Graph } from '../src/graph/graph';
import type { PagcpSettings, Recipe } from '../src/pruning/recipe';
import {
  defaultFineTune,
  openRecovery,
  pruneAndRecover,
  type Network,
  type PruneAndRecover,
  type RecoverSettings,
  type RoundsResult,
} from '../src/recovery';
import { trainControls } from '../src/recovery/controls';
import { slicedNetwork } from '../src/recovery/network';
import type { Session } from '../src/session';
import { measure } from '../scripts/demo/accuracy';
import { testPairs } from '../scripts/demo/data';
import { aim, print, table } from './table';

const root = fileURLToPath(new URL('../', import.meta.url));
const recipePath = join(root, 'bench/recipes/multimnist-halved.json');
const tasks = ['left', 'right'] as const;

interface Row {
  readonly network: string;
  /** Part of the unpruned network's MACs. */
  readonly macs: number;
  /** Shares of the unseen pairs. */
  readonly left: number;
  readonly right: number;
  readonly seconds: number | null;
}

/**
 * What recovery wins back on MultiMNIST: each method without gradients alone, after a run at the demo's thresholds;
 * and the committed recipe from its files to the written model, beside the same architecture from new weights.
 * All accuracies are of 10,000 pairs that neither training nor calibration has seen.
 */
export async function benchRecovery(): Promise<readonly Row[]> {
  makeTrainingSet();
  const rows = [...(await remediesAlone()), ...(await wholeRecipe())];
  const [unpruned] = rows;
  const percent = (share: number) => `${(100 * share).toFixed(2)} %`;
  const points = (share: number, from = 0) => (100 * (share - from)).toFixed(2);
  table(
    ['MultiMNIST, 10,000 unseen pairs', 'MACs', 'left', 'right', 'points', 'points', 'seconds'],
    rows.map(({ network, macs, left, right, seconds }) => [
      ...[network, percent(macs), percent(left), percent(right)],
      ...[points(left, unpruned?.left), points(right, unpruned?.right)],
      seconds === null ? '' : seconds.toFixed(1),
    ]),
  );
  judge(rows);
  return rows;
}

function judge(rows: readonly Row[]): void {
  const row = (name: string): Row => {
    const found = rows.find(({ network }) => network === name);
    if (!found) throw new Error(`There is no row ${name}.`);
    return found;
  };
  const [unpruned, pruned, solved] = [row('unpruned'), row('pruned'), row('pruned, least squares')];
  const recipe = row('the recipe');
  aim('fewer MACs before least squares alone, %', 100 * (1 - solved.macs), { atLeast: 25 });
  for (const task of tasks) {
    const wonBack = (solved[task] - pruned[task]) / (unpruned[task] - pruned[task]);
    aim(`part of what was lost that least squares alone wins back, ${task}`, wonBack, { atLeast: 0.333 });
  }
  aim('fewer MACs, the recipe, %', 100 * (1 - recipe.macs), { atLeast: 50 });
  for (const task of tasks)
    aim(`points lost, the recipe, ${task}`, 100 * (unpruned[task] - recipe[task]), { atMost: 1 });
  aim('minutes, the recipe', (recipe.seconds ?? NaN) / 60, { atMost: 10 });
}

function makeTrainingSet(): void {
  const out = join(root, '.cache/recovery/multimnist-train.npz');
  if (existsSync(out)) return;
  print('making the training set');
  execFileSync('npx', ['tsx', 'scripts/make-training-set.ts', '--out', out], { cwd: root });
}

async function remediesAlone(): Promise<readonly Row[]> {
  const path = join(root, 'public/demo/recipe.json');
  const { recipe } = openRecipe(path);
  const session = await openSession(path, recipe, 'wasm');
  const none: RecoverSettings = { when: 'after', methods: [], fineTune: defaultFineTune };
  const parts = await openParts(session, recipe, none);
  const method: PagcpSettings = { ...recipe.method, keptMultiple: 1, search: 'bracket' };
  const rows: Row[] = [{ network: 'unpruned', macs: 1, ...accuracies(session.graph), seconds: null }];
  const variants = [
    ['pruned', []],
    ['pruned, batch-norm statistics', ['batch-norm']],
    ['pruned, scale and bias', ['scale-bias']],
    ['pruned, least squares', ['least-squares']],
  ] as const;
  for (const [network, methods] of variants) {
    print(network);
    const result = await finish(pruneAndRecover(parts, method, { ...none, methods }));
    const seconds = result.recovery?.methods[0]?.seconds ?? null;
    rows.push({ ...rowOf(parts, result), network, seconds });
  }
  session.dispose();
  return rows;
}

async function wholeRecipe(): Promise<readonly Row[]> {
  print('the recipe');
  const begun = performance.now();
  const { recipe } = openRecipe(recipePath);
  const session = await openSession(recipePath, recipe, 'wasm');
  const settings = recipe.recover;
  if (!settings) throw new Error('The recipe recovers nothing.');
  const parts = await openParts(session, recipe, settings);
  const result = await finish(pruneAndRecover(parts, recipe.method, settings));
  const files = session.write(result.network.keep, result.network.graph);
  const seconds = (performance.now() - begun) / 1000;
  // Judged as it was written, not as it is in memory.
  const written = { ...rowOf(parts, result), ...accuracies(readModel(files).graph) };
  const untuned = result.rounds[0]?.pruned.macs ?? NaN;
  const rows = [{ ...written, network: 'the recipe', seconds }];
  print(`fine-tuned at ${(100 * untuned) / parts.original.macs} % of the MACs; training its control`);
  if (parts.tuning) {
    const made: Network[] = [];
    const scratch = { ...settings.fineTune, scratch: ['E'] as const };
    const onNetwork = (_: unknown, network: Network) => void made.push(network);
    await finish(trainControls(parts, parts.tuning, result.network, scratch, { onNetwork }));
    for (const network of made)
      rows.push({
        network: 'the same from new weights, same epochs (scratch-E)',
        macs: written.macs,
        ...accuracies(slicedNetwork(parts.reference, network)),
        seconds: (performance.now() - begun) / 1000 - seconds,
      });
  }
  session.dispose();
  return rows;
}

async function openParts(
  session: Session,
  recipe: Recipe,
  settings: RecoverSettings,
): Promise<PruneAndRecover> {
  const { setup } = session;
  const { train } = settings.fineTune;
  const file = train === null ? null : join(dirname(recipePath), train);
  const recovery = await openRecovery(
    {
      ...{ setup, spec: recipe.calibration, calibrationFile: basename(recipe.calibration.file) },
      ...{ modelLayout: 'NCHW', validation: null },
      train: file === null ? null : readCalibration([{ name: basename(file), bytes: readFileSync(file) }]),
    },
    settings,
  );
  return {
    ...recovery,
    exclude: recipe.exclude,
    makeOracle: (graph, channels) => Promise.resolve(createOracle({ ...setup, graph, channels })),
  };
}

function rowOf(
  { reference, original }: PruneAndRecover,
  { network, rounds }: RoundsResult,
): Omit<Row, 'network'> {
  const macs = (rounds.at(-1)?.final.macs ?? original.macs) / original.macs;
  return { macs, ...accuracies(slicedNetwork(reference, network)), seconds: null };
}

function accuracies(graph: Graph): { readonly left: number; readonly right: number } {
  const { left, right } = measure(graph, testPairs());
  return { left: left.accuracy, right: right.accuracy };
}

async function finish<Result>(run: AsyncGenerator<unknown, Result>): Promise<Result> {
  for (;;) {
    const next = await run.next();
    if (next.done) return next.value;
  }
}
