import type { NamedArray } from '../calibration/calibration';

export const lossNames = [
  'cross-entropy',
  'binary-cross-entropy',
  'mse',
  'l1',
  'smooth-l1',
  'centernet-focal',
  'agreement',
] as const;

export type LossName = (typeof lossNames)[number];

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
  /** The loss of each sample of the batch; all ≥ 0, and Infinity where the output is not a number. */
  losses(batch: OutputBatch): Float64Array;
  /** The metric's sum over the batch's samples, to be divided by the number of samples; 0 when there is none. */
  metric(batch: OutputBatch): number;
}

/** A bound task with a sentence on how its output and labels were read, e.g. as logits of 10 classes. */
export interface DescribedTask extends BoundTask {
  readonly description: string;
}

export interface TaskInputs {
  /** Number of samples in use. */
  readonly count: number;
  /** Named in messages. */
  readonly file: string;
  readonly arrays: ReadonlyMap<string, NamedArray>;
}

/** What the unpruned model gives for a task's output, in the source's axis order. */
export interface TaskOutput {
  readonly name: string;
  /** Shape of one sample (batch excluded). */
  readonly sampleShape: readonly number[];
  /** The first samples' values, or all samples' for `agreement`; row-major. */
  readonly reference: Float32Array;
}
