import { createOracle } from '../engine/graph-oracle';
import type { Oracle } from '../engine/oracle';
import { measureValues } from '../engine/measure-values';
import type { Artifact } from '../formats/artifact';
import type { KeepLists } from '../graph/channel-types';
import type { Graph } from '../graph/graph';
import { sliceGraph } from '../graph/slice';
import { createPruningSession, type PruningSession } from '../pruning/session';
import type { DescribedTask } from '../tasks/task';
import type { NamedBytes } from '../util/files';
import { prepareSetup, type Setup, type SetupParts } from './setup';

/** A model with its calibration set and tasks, ready for any number of runs. */
export interface Session extends PruningSession {
  readonly artifact: Artifact;
  readonly setup: Setup;
  readonly boundTasks: readonly DescribedTask[];
  /** The pruned model's files, in the format that was brought; with the params of `graph` where it is given. */
  write(keep: KeepLists, graph?: Graph): readonly NamedBytes[];
  dispose(): void;
}

export type OracleFactory = (setup: Setup) => Oracle | Promise<Oracle>;

/**
 * Binds everything together on the current tfjs backend; every mismatch is found here, before a run. The oracle runs
 * in place unless `makeOracle` makes another.
 * @throws InputError for the first problem found
 */
export async function createSession(
  parts: SetupParts,
  makeOracle: OracleFactory = createOracle,
): Promise<Session> {
  const setup = await prepareSetup(parts, measureValues, (_, __, problem) => {
    throw problem;
  });
  if (!setup) throw new Error('A setup with problems was not refused.');
  const { graph, channels, set, tasks } = setup;
  const oracle = await makeOracle({ graph, channels, set, tasks });
  const { artifact } = parts;
  return {
    ...createPruningSession({
      graph,
      channels,
      oracle,
      tasks: tasks.map(({ task }) => task.spec),
      samples: set.count,
    }),
    artifact,
    setup,
    boundTasks: tasks.map(({ task }) => task),
    write: (keep, numbers = graph) => artifact.write(channels, keep, sliceGraph(numbers, channels, keep)),
    dispose: () => oracle.dispose(),
  };
}
