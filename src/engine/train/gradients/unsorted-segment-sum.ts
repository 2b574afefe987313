import * as tf from '@tensorflow/tfjs-core';

/**
 * Adds up the slices of `x` that share a segment: the gradient of `gather`.
 *
 * @param x [K,…]
 * @param segmentIds [K], int32; slices with an id outside 0 … numSegments − 1 are dropped
 * @returns [numSegments,…]
 */
export function unsortedSegmentSum(x: tf.Tensor, segmentIds: tf.Tensor, numSegments: number): tf.Tensor {
  return tf.tidy(() => {
    const ids = tf.cast(tf.reshape(segmentIds, [-1]), 'int32');
    const length = ids.size;
    // oneHot's own float32 is wrong on WASM: it writes integers.
    const membership = tf.transpose(tf.cast(tf.oneHot(ids, numSegments), 'float32'));
    const sums = tf.matMul(membership, tf.reshape(x, [length, -1]));
    return tf.reshape(sums, [numSegments, ...x.shape.slice(segmentIds.rank)]);
  });
}
