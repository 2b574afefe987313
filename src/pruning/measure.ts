import type { Evaluation, ExpectedNetwork, TaskLosses } from '../engine/oracle';
import type { GroupId, KeepLists } from '../graph/channel-types';
import { keptMacs, keptParams } from '../graph/cost';
import type { ModelFigures } from './report';
import type { PruningSession } from './session';

export interface MeasureOptions {
  /** The group whose kept units the coming measurements vary. */
  readonly vary?: GroupId;
  /** The groups that later ones will vary, soonest first. */
  readonly upcoming?: readonly GroupId[];
  /** Losses above which a lower bound will do. */
  readonly limits?: TaskLosses | undefined;
  /** The share of the calibration set to look at. */
  readonly portion?: number;
  /** What an estimate compares with: measured before, and much the same. */
  readonly against?: KeepLists;
  /** What will be measured next, with the same options. */
  readonly next?: ExpectedNetwork | undefined;
  /** Whether metrics are wanted. */
  readonly metrics?: boolean;
  readonly signal?: AbortSignal | undefined;
}

export interface Measurement {
  readonly evaluation: Evaluation;
  /** It was known from an earlier run or step and cost nothing. */
  readonly remembered: boolean;
}

/** Asks the session's memo first, then its oracle. */
export async function measure(
  { memo, oracle }: Pick<PruningSession, 'memo' | 'oracle'>,
  keep: KeepLists,
  { vary, upcoming, limits, portion = 1, against, next, metrics, signal }: MeasureOptions = {},
): Promise<Measurement> {
  signal?.throwIfAborted();
  const known = memo.recall(keep, limits, metrics);
  if (known) return { evaluation: known, remembered: true };
  const evaluation = await oracle.evaluate(keep, {
    ...(vary === undefined ? {} : { vary }),
    ...(upcoming ? { upcoming } : {}),
    ...(limits ? { limits } : {}),
    ...(portion < 1 ? { portion } : {}),
    ...(against ? { against } : {}),
    ...(next && !memo.knows(next.keep, limits) ? { next } : {}),
    ...(metrics ? { metrics } : {}),
    ...(signal ? { signal } : {}),
  });
  memo.remember(keep, evaluation);
  return { evaluation, remembered: false };
}

/** Cost, losses and metrics of a pruned model; MACs are for one input. */
export async function modelFigures(
  session: PruningSession,
  keep: KeepLists,
  options?: MeasureOptions,
): Promise<ModelFigures> {
  const { evaluation } = await measure(session, keep, { ...options, metrics: true });
  return { ...modelCost(session, keep), losses: evaluation.losses, metrics: evaluation.metrics ?? {} };
}

export function modelCost(
  { graph, channels }: Pick<PruningSession, 'graph' | 'channels'>,
  keep: KeepLists,
): { macs: number; params: number } {
  return { macs: keptMacs(graph, channels, keep), params: keptParams(graph, channels, keep) };
}
