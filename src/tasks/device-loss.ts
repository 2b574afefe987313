import type { Tensor, Tensor1D } from '@tensorflow/tfjs-core';

/** Numbers on their way to the device, row-major. */
export interface DeviceArray {
  readonly shape: readonly number[];
  readonly data: Float32Array | Int32Array;
}

/**
 * A loss in tensors, for backends where reading outputs costs more than computing with them: the same as a kind's loss
 * in numbers to single precision, and differentiable by tfjs with the same gradient.
 */
export interface DeviceLoss {
  /** What the outputs of these samples (counted from the set's first) are compared with: labels, weights. */
  readonly against: (samples: readonly number[]) => readonly DeviceArray[];
  /**
   * @param outputs [batch, ...sample] in the source's axis order, in the order of the task
   * @param against what `against` gave for the batch's samples
   * @returns [batch], each ≥ 0 up to rounding; what is not a number in an output may be lost
   */
  readonly losses: (outputs: readonly Tensor[], against: readonly Tensor[]) => Tensor1D;
}

/** One row a sample. */
export function stackRows(
  samples: readonly number[],
  shape: readonly number[],
  rowOf: (sample: number) => ArrayLike<number>,
): DeviceArray {
  const size = shape.reduce((product, length) => product * length, 1);
  const data = new Float32Array(samples.length * size);
  samples.forEach((sample, row) => data.set(rowOf(sample), row * size));
  return { shape: [samples.length, ...shape], data };
}

/** One row of whole numbers a sample. */
export function stackLabels(
  samples: readonly number[],
  shape: readonly number[],
  rowOf: (sample: number) => ArrayLike<number>,
): DeviceArray {
  const { shape: stacked, data } = stackRows(samples, shape, rowOf);
  return { shape: stacked, data: Int32Array.from(data) };
}
