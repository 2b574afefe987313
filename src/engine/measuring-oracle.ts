import type { CalibrationSet } from '../calibration/calibration';
import type { ChannelMap, KeepLists } from '../graph/channel-types';
import type { Graph } from '../graph/graph';
import type { EvaluateOptions, Evaluation, Oracle } from './oracle';
import type { TaskValues } from './questions';
import type { MetricTallies } from './tally';

export interface OracleParts {
  readonly graph: Graph;
  readonly channels: ChannelMap;
  readonly set: CalibrationSet;
  readonly tasks: readonly TaskValues[];
  /** Samples a batch; by default a sixteenth of the set, so many that a batch's activations stay within 64 MB
   * and a quarter of the budget, and 128 at most. */
  readonly batchSize?: number;
  /** For activations kept between evaluations; 512 MB by default, 0 keeps none. */
  readonly memoryBudgetBytes?: number;
  /** Whether the next batch is submitted while one is read; by default on WebGPU alone. */
  readonly overlaps?: boolean;
  /** Whether losses are computed on the device, of tasks that have them in tensors; not by default. */
  readonly lossesOnDevice?: boolean;
}

/** An oracle over a part of a set: its metrics are merged with those of other parts before they mean anything. */
export interface MeasuringOracle extends Oracle {
  measure(keep: KeepLists, options?: MeasuringOptions): Promise<Measurement>;
}

export interface MeasuringOptions extends EvaluateOptions {
  /** One of several rounds of an evaluation: it ends when this share of the batches was seen, with lower bounds. */
  readonly round?: { readonly until: number; readonly isFirst: boolean };
}

export interface Measurement {
  readonly evaluation: Evaluation;
  /** By task name, of the tasks that have a metric: what its `value` takes. */
  readonly tallies: MetricTallies;
}
