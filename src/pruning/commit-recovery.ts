import type { TaskLosses } from '../engine/oracle';
import type { GroupId, KeepLists } from '../graph/channel-types';
import type { Graph, Param } from '../graph/graph';
import { SearchGuide } from './guide';
import { raisedBase } from './drops';
import { modelFigures, type MeasureOptions } from './measure';
import { EvaluationMemo } from './memo';
import type { PruningSession } from './session';
import type { Progress } from './step';

/** What is done to the network after a commit, when a run recovers as it goes. */
export interface CommitRecovery {
  /** Names of what is applied, in order. */
  readonly methods: readonly string[];
  /**
   * The graph with other numbers in its params, and the multiply-accumulates that took, over all samples.
   * @param group the one that was committed; null to recover all that `keep` lacks
   */
  recover(
    graph: Graph,
    keep: KeepLists,
    group: GroupId | null,
  ): Promise<{ readonly graph: Graph; readonly macs: number }>;
}

/** The session whose later measurements see other params. What was remembered of the old ones does not hold. */
export async function withGraph(session: PruningSession, graph: Graph): Promise<PruningSession> {
  await session.oracle.replaceParams(changedParams(session.graph, graph));
  return { ...session, graph, memo: new EvaluationMemo(session.channels.groups), guide: new SearchGuide() };
}

/** Where the search stands when the network that was committed has been recovered. */
export async function recoveredProgress(
  session: PruningSession,
  before: Progress,
  committed: Progress,
  options: MeasureOptions,
): Promise<Progress> {
  const { losses }: { losses: TaskLosses } = await modelFigures(session, committed.keep, options);
  return { ...committed, losses, base: raisedBase(before.base, losses) };
}

function changedParams(from: Graph, to: Graph): readonly Param[] {
  return [...to.params.values()].filter(({ id, data }) => from.params.get(id)?.data !== data);
}
