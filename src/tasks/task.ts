import type { NamedArray } from '../calibration/calibration';

export type LossName = 'cross-entropy' | 'binary-cross-entropy' | 'mse' | 'l1' | 'smooth-l1' | 'agreement';

/** A task as the recipe writes it. */
export interface TaskSpec {
  readonly name: string;
  readonly loss: LossName;
  /** The name of a model output, or of any value in the graph. */
  readonly output: string;
  /** The label array; not used by `agreement`. */
  readonly labels?: string;
  readonly weight?: number;
  /** Array of positions that count (non-zero). */
  readonly mask?: string;
  /** Over a sample's elements; the calibration loss is always the mean over samples. */
  readonly reduction?: 'mean' | 'sum';
}

/** One batch of a task's output, in the source's axis order, with the index of its first sample. */
export interface OutputBatch {
  readonly first: number;
  readonly count: number;
  /** Shape of one sample (batch excluded). */
  readonly sampleShape: readonly number[];
  readonly data: Float32Array;
}

/** A task bound to its label arrays: pure arithmetic on outputs, the same on every backend. */
export interface BoundTask {
  readonly spec: TaskSpec;
  /** What `metric` measures, e.g. `accuracy` or `MAE`; null when the task has no metric. */
  readonly metricName: string | null;
  readonly metricHigherIsBetter: boolean;
  /** The loss of each sample of the batch; all ≥ 0. */
  losses(batch: OutputBatch): Float64Array;
  /** The metric's sum over the batch's samples, to be divided by the number of samples; 0 when there is none. */
  metric(batch: OutputBatch): number;
}

export interface TaskInputs {
  readonly arrays: ReadonlyMap<string, NamedArray>;
  /** The unpruned model's own outputs for `agreement`, all samples; null while they are being measured. */
  readonly reference: Float32Array | null;
}
