import * as tf from '@tensorflow/tfjs-core';
import type { Random } from '../../util/random';

/**
 * Factors that drop whole channels at random and scale the others up to keep the mean (Srivastava et al. 2014;
 * for feature maps Tompson et al. 2015).
 *
 * @param shape of the values, batch first and channels last
 * @param rate probability that a channel of a sample is dropped
 * @returns 0 or 1/(1 − rate) for each sample and channel, of length 1 along the other axes
 */
export function dropoutMask(shape: readonly (number | null)[], rate: number, random: Random): tf.Tensor {
  const maskShape = shape.map((dim, axis) => (axis === 0 || axis === shape.length - 1 ? (dim ?? 1) : 1));
  const size = maskShape.reduce((product, dim) => product * dim, 1);
  const data = Float32Array.from({ length: size }, () => (random.uniform() < rate ? 0 : 1 / (1 - rate)));
  return tf.tensor(data, maskShape);
}
