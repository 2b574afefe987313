import * as tf from '@tensorflow/tfjs-core';
import { rank4 } from '../../ops/rank';
import { channelSums } from '../../simd/channel-sums';
import { simdBackend } from '../../simd/simd';

/** Sums `x` over the axes along which a tensor of `shape` was broadcast to it. */
export function sumToShape(x: tf.Tensor, shape: readonly number[]): tf.Tensor {
  if (tf.util.arraysEqual(x.shape, [...shape])) return x;
  const added = x.rank - shape.length;
  const isSummed = x.shape.map((dim, axis) => axis < added || (shape[axis - added] === 1 && dim !== 1));
  const firstKept = isSummed.indexOf(false);
  const lead = firstKept < 0 ? x.rank : firstKept;
  if (isSummed.slice(lead).every((summed) => !summed)) return tf.reshape(sumLeading(x, lead), [...shape]);
  const isGate = x.rank === 4 && isSummed.join() === 'false,true,true,false';
  if (isGate) return tf.reshape(sumPixels(x), [...shape]);
  const axes = isSummed.flatMap((summed, axis) => (summed ? [axis] : []));
  return tf.reshape(tf.sum(x, axes), [...shape]);
}

/** `x` stretched over axes of length 1: an addition, since tiling is slow on WASM. */
export function stretch(x: tf.Tensor, shape: readonly number[]): tf.Tensor {
  return tf.add(x, tf.zeros([...shape]));
}

/**
 * Sums over all axes but the last; without vector code by pooling and a product with ones, which WASM does four times
 * as fast as `tf.sum`.
 *
 * @param x [N,C] or [N,H,W,C]
 * @returns [C]
 */
export function columnSums(x: tf.Tensor): tf.Tensor1D {
  const simd = simdBackend();
  if (simd) return tf.tensor1d(Float32Array.from(channelSums(simd, x)));
  return tf.tidy(() => {
    const channels = x.shape.at(-1) ?? 1;
    const rows = x.rank === 4 ? sumPixels(x) : x;
    return tf.reshape(sumRows(tf.reshape(rows, [rows.size / channels, channels])), [channels]);
  });
}

function sumLeading(x: tf.Tensor, count: number): tf.Tensor {
  if (x.rank === 4 && count === 3) return columnSums(x);
  const kept = x.shape.slice(count).reduce((size, dim) => size * dim, 1);
  return sumRows(tf.reshape(x, [x.size / kept, kept]));
}

/** [N,H,W,C] → [N,C] */
function sumPixels(x: tf.Tensor): tf.Tensor {
  const [batch, height, width, channels] = rank4(x).shape;
  const means = tf.avgPool(rank4(x), [height, width], 1, 'valid');
  return tf.mul(tf.reshape(means, [batch, channels]), height * width);
}

function sumRows(rows: tf.Tensor2D): tf.Tensor2D {
  return tf.matMul(tf.ones<tf.Rank.R2>([1, rows.shape[0]]), rows);
}
