import type { NamedArray } from '../calibration/calibration';
import type { DeviceLoss } from './device-loss';
import type { Drawing } from './drawing';
import type { LossName } from './loss-names';
import type { TaskOptions } from './options';

export { lossNames, type LossName } from './loss-names';

/** A task as the recipe writes it. */
export interface TaskSpec extends TaskOptions {
  readonly name: string;
  readonly loss: LossName;
  /** Names of model outputs, or of any values in the graph; a detector may need several. */
  readonly output: string | readonly string[];
  /** The label arrays; not used by `agreement`. */
  readonly labels?: string | readonly string[];
  readonly weight?: number;
  /** Array of positions that count (non-zero). */
  readonly mask?: string;
  /** Over a sample's elements; the calibration loss is always the mean over samples. */
  readonly reduction?: 'mean' | 'sum';
}

export const outputNames = ({ output }: Pick<TaskSpec, 'output'>): readonly string[] =>
  typeof output === 'string' ? [output] : output;

export const labelNames = ({ labels = [] }: Pick<TaskSpec, 'labels'>): readonly string[] =>
  typeof labels === 'string' ? [labels] : labels;

/** One output's values for a batch. */
export interface OutputValues {
  /** Shape of one sample (batch excluded), in the source's axis order. */
  readonly sampleShape: readonly number[];
  /** Samples × sample, row-major. */
  readonly data: Float32Array;
}

/** One batch of a task's outputs, in the order of the spec, with the index of its first sample. */
export interface TaskBatch {
  readonly first: number;
  readonly count: number;
  readonly outputs: readonly OutputValues[];
}

/** A figure of merit over a whole set, which may be put together from parts of it in any order. */
export interface Metric {
  /** e.g. `accuracy` or `mAP@.5`. */
  readonly name: string;
  readonly higherIsBetter: boolean;
  /** What a batch adds, as numbers that `value` understands once all are merged. */
  tally(batch: TaskBatch): Float64Array;
  /** How tallies of parts become one: element by element, or one after the other. */
  readonly merge: 'add' | 'concat';
  /** The metric of a merged tally; NaN of an empty one. */
  value(tally: Float64Array): number;
}

/** A task bound to its label arrays: pure arithmetic on outputs, the same on every backend, or in tensors on the device. */
export interface BoundTask {
  readonly spec: TaskSpec;
  /** null when the task has no metric. */
  readonly metric: Metric | null;
  /** The loss of each sample of the batch; all ≥ 0, and Infinity where the output is not a number. */
  losses(batch: TaskBatch): Float64Array;
  /** d(sum of the batch's losses)/d(output), of every output's elements, in the order of `batch.outputs`. */
  gradients(batch: TaskBatch): readonly Float32Array[];
  /** The losses in tensors, where they can be said so. */
  readonly device?: DeviceLoss | null;
}

/** A bound task with a sentence on how its output and labels were read, e.g. as logits of 10 classes. */
export interface DescribedTask extends BoundTask {
  readonly description: string;
  /** What it shows of the batch's sample with this index. */
  draw(batch: TaskBatch, index: number): Drawing;
}

export interface TaskInputs {
  /** Number of samples in use. */
  readonly count: number;
  /** Named in messages. */
  readonly file: string;
  readonly arrays: ReadonlyMap<string, NamedArray>;
  /** Height and width of the network's input, in pixels, where it is an image. */
  readonly imageSize?: readonly number[];
}

/** What the unpruned model gives for a task's output, in the source's axis order. */
export interface TaskOutput {
  readonly name: string;
  /** Shape of one sample (batch excluded). */
  readonly sampleShape: readonly number[];
  /** The first samples' values, or all samples' for `agreement`; row-major. */
  readonly reference: Float32Array;
}
