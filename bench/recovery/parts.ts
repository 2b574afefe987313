import { readFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRecipe, openSession } from '../../cli/run';
import { measure } from '../../scripts/demo/accuracy';
import { testPairs } from '../../scripts/demo/data';
import { readCalibration } from '../../src/calibration';
import { createOracle } from '../../src/engine/graph-oracle';
import type { Graph } from '../../src/graph/graph';
import type { Recipe } from '../../src/pruning/recipe';
import {
  openRecovery,
  type PruneAndRecover,
  type RecoverSettings,
  type RoundsResult,
} from '../../src/recovery';
import { slicedNetwork } from '../../src/recovery/network';
import type { Session } from '../../src/session';

export const root = fileURLToPath(new URL('../../', import.meta.url));
export const recipePath = join(root, 'bench/recipes/multimnist-halved.json');

export interface Row {
  readonly network: string;
  /** Part of the unpruned network's MACs. */
  readonly macs: number;
  /** Shares of the unseen pairs. */
  readonly left: number;
  readonly right: number;
  /** Of pruning and recovering that were kept, where there may be several. */
  readonly rounds?: number;
  readonly seconds: number | null;
}

/** A recipe of the repository and its files; where it is only to be seen to work, few samples of its own are all it takes. */
export async function openFiles(path: string, quick: boolean): Promise<{ recipe: Recipe; session: Session }> {
  const whole = openRecipe(path).recipe;
  const { calibration, recover } = whole;
  const recipe = {
    ...whole,
    ...(quick ? { calibration: { ...calibration, limit: 128 } } : {}),
    ...(quick && recover ? { recover: withoutTrainingSet(recover) } : {}),
  };
  return { recipe, session: await openSession(path, recipe, 'wasm') };
}

function withoutTrainingSet(recover: RecoverSettings): RecoverSettings {
  return { ...recover, fineTune: { ...recover.fineTune, train: null } };
}

export async function openParts(
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

export function rowOf(
  { reference, original }: PruneAndRecover,
  { network, rounds }: RoundsResult,
): Omit<Row, 'network'> {
  const kept = rounds.findLast((round) => round.kept);
  const macs = (kept?.final.macs ?? original.macs) / original.macs;
  return { macs, ...accuracies(slicedNetwork(reference, network)), seconds: null };
}

export function accuracies(graph: Graph): { readonly left: number; readonly right: number } {
  const { left, right } = measure(graph, testPairs());
  return { left: left.accuracy, right: right.accuracy };
}

/** Pulls a generator to its end. */
export async function finish<Event, Result>(
  run: AsyncGenerator<Event, Result>,
  onEvent: (event: Event) => void = () => undefined,
): Promise<Result> {
  for (;;) {
    const next = await run.next();
    if (next.done) return next.value;
    onEvent(next.value);
  }
}
