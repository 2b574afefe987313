import type { CalibrationSet } from '../calibration/calibration';
import { createOracle } from '../engine/graph-oracle';
import type { ChannelMap } from '../graph/channel-types';
import type { Value } from '../graph/graph';
import { keptMacs, keptParams } from '../graph/cost';
import type { ModelFigures } from '../pruning/report';
import type { BoundTask } from '../tasks/task';
import type { TuningFigures } from './events';
import type { Network } from './network';

/** Samples with tasks that are bound to their labels. */
export interface Examination {
  readonly set: CalibrationSet;
  readonly tasks: readonly { readonly task: BoundTask; readonly values: readonly Value[] }[];
}

/** Losses and metrics of a network over a set. */
export async function examine(
  channels: ChannelMap,
  { graph, keep }: Network,
  { set, tasks }: Examination,
): Promise<TuningFigures> {
  const oracle = createOracle({ graph, channels, set, tasks, memoryBudgetBytes: EVALUATION_BYTES });
  try {
    const { losses, metrics } = await oracle.evaluate(keep, { metrics: true });
    return { losses, metrics: metrics ?? {} };
  } finally {
    oracle.dispose();
  }
}

/** One evaluation keeps nothing, so this bounds its batches only. */
const EVALUATION_BYTES = 256 * 2 ** 20;

export function modelFigures(
  channels: ChannelMap,
  { graph, keep }: Network,
  found: TuningFigures,
): ModelFigures {
  return { macs: keptMacs(graph, channels, keep), params: keptParams(graph, channels, keep), ...found };
}
