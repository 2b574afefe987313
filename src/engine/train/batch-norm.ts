import * as tf from '@tensorflow/tfjs-core';
import { simdBackend } from '../simd/simd';
import { columnSums } from './gradients/broadcast';
import { differentiable } from './differentiable';
import { vectorBatchNorm } from './vector-batch-norm';

export interface BatchStatistics {
  /** [C] */
  readonly mean: tf.Tensor1D;
  /** [C], biased: divided by the number of positions */
  readonly variance: tf.Tensor1D;
}

export interface BatchNormalised extends BatchStatistics {
  readonly y: tf.Tensor;
}

/**
 * Batch normalisation in training mode: normalises each channel by the batch's own mean and variance, and is
 * differentiable through them (Ioffe & Szegedy 2015, section 3).
 *
 * @param x [N,C] or [N,H,W,C]
 * @param scale [C]
 * @param offset [C]
 */
export function trainingBatchNorm(
  x: tf.Tensor,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  epsilon: number,
): BatchNormalised {
  const simd = simdBackend();
  if (simd && scale.size >= 4) return vectorBatchNorm(simd, x, scale, offset, epsilon);
  const positions = x.size / scale.size;
  const meanOf = (values: tf.Tensor): tf.Tensor1D => tf.div(columnSums(values), positions);

  const mean = meanOf(x);
  const deviation = tf.sub(x, mean);
  const variance = meanOf(tf.square(deviation));
  const inverse = tf.rsqrt(tf.add(variance, epsilon));
  const slope = tf.mul(scale, inverse);

  const y = differentiable(
    [x, scale, offset],
    () => ({ value: tf.add(tf.mul(deviation, slope), offset), saved: [deviation, inverse, slope] }),
    (dy, [centered, inverseStd, factor]) => {
      const offsetGradient = columnSums(dy);
      const scaleGradient = tf.mul(columnSums(tf.mul(dy, centered)), inverseStd);
      const shift = tf.div(offsetGradient, positions);
      const pull = tf.div(tf.mul(scaleGradient, inverseStd), positions);
      const inputGradient = tf.mul(tf.sub(tf.sub(dy, shift), tf.mul(centered, pull)), factor);
      return [inputGradient, scaleGradient, offsetGradient];
    },
  );
  return { y, mean, variance };
}
