import type { Scalar, Tensor } from '@tensorflow/tfjs-core';
import type { NamedArray } from '../../calibration/calibration';
import type { ValueId } from '../../graph/graph';

/** Losses by name. */
export type Losses = Readonly<Record<string, number>>;

/** What arithmetic on the numbers of a micro-batch says of it. */
export interface Appraisal {
  /** Sums over the micro-batch's samples. */
  readonly losses: Losses;
  /**
   * d(objective's sum over the micro-batch)/d(value), for each of the objective's values in order, as long as its
   * data; null where it is zero.
   */
  readonly gradients: readonly (Float32Array | null)[];
}

/**
 * What is minimised on one micro-batch: a sum over its samples, of terms in numbers, terms in tensors, or both.
 * Terms in numbers are what tasks give: `BoundTask.losses` and `BoundTask.gradients`. Terms in tensors are
 * differentiated on the backend, e.g. distances to a teacher's features.
 */
export interface BatchObjective {
  /** The values it depends on: outputs, or any other values of the graph. */
  readonly values: readonly ValueId[];
  /** @param data of each of `values`, row-major: micro-batch × sample, in the value's own axis order */
  appraise?(data: readonly Float32Array[]): Appraisal;
  /** Differentiable scalars by name, each a sum over the micro-batch's samples; of `values` in order. */
  readonly terms?: Readonly<Record<string, (values: readonly Tensor[]) => Scalar>>;
  /** What terms count for, by name; 1 where nothing is said. Their losses are told without. */
  readonly weights?: Losses;
  /** Is told the losses of the terms once they are read. */
  learn?(losses: Losses): void;
}

/** Samples of a training set, augmented. */
export interface Samples {
  readonly count: number;
  /** count × sample, row-major, ready for the network. */
  readonly input: Float32Array;
  /** Labels and whatever else belongs to the samples; the leading axis is the sample. */
  readonly arrays: ReadonlyMap<string, NamedArray>;
}

export interface MicroBatch extends Samples {
  /** Their numbers in the training set. */
  readonly indices: Int32Array;
  /** `input` as a tensor, by the graph input's id; whoever made the batch disposes it. */
  readonly feeds: ReadonlyMap<ValueId, Tensor>;
}

/** Makes the objective of each micro-batch; runs a teacher, if there is one. */
export interface Objective {
  on(batch: MicroBatch): BatchObjective | Promise<BatchObjective>;
  /** Called when the micro-batch is done with, e.g. to dispose a teacher's outputs. */
  release?(): void;
}
