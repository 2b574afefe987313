import * as tf from '@tensorflow/tfjs-core';
import { stackRows, type DeviceLoss } from '../device-loss';
import { absoluteErrorOf } from '../elementwise/losses-tensors';
import { weightedLoss } from '../elementwise/reduce-tensors';
import { given, heldConstant } from '../gradient-tensors';

/** Depths of a sample, NaN where they are not known. */
export type DepthsOf = (sample: number) => Float32Array;

/** 1 over the number of known depths where they are known, 0 elsewhere. */
function knownWeights(depths: Float32Array): Float32Array {
  const known = depths.reduce((count, depth) => count + (Number.isNaN(depth) ? 0 : 1), 0);
  return depths.map((depth) => (Number.isNaN(depth) ? 0 : 1 / known));
}

const withoutGaps = (depths: Float32Array): Float32Array =>
  depths.map((depth) => (Number.isNaN(depth) ? 1 : depth));

export const meanAbsoluteDevice = (positions: number, depthsOf: DepthsOf): DeviceLoss =>
  weightedLoss(
    positions,
    (sample) => {
      const depths = depthsOf(sample);
      return [{ targets: withoutGaps(depths), weights: knownWeights(depths) }];
    },
    absoluteErrorOf,
  );

/** |e| + max(|e| − c, 0)²/(2c), which is the reverse Huber loss written as one. */
export const berHuDevice = (positions: number, depthsOf: DepthsOf): DeviceLoss =>
  depthDevice(positions, depthsOf, (output, depths, weights) => {
    const known = tf.where(tf.notEqual(weights, 0), output, depths);
    const errors = absoluteErrorOf(known, depths);
    const c = heldConstant(tf.maximum(tf.div(tf.max(errors, 1, true), 5), 1e-30));
    const beyond = tf.square(tf.relu(tf.sub(errors, c)));
    return tf.sum(tf.mul(weights, tf.add(errors, tf.div(beyond, tf.mul(c, 2)))), 1);
  });

/** The variance of d plus 1 − λ times its squared mean. */
export const logDevice = (
  positions: number,
  depthsOf: DepthsOf,
  lambda: number,
  smallestDepth: number,
): DeviceLoss =>
  depthDevice(positions, depthsOf, (output, depths, weights) => {
    const known = tf.where(tf.notEqual(weights, 0), output, depths);
    const d = tf.sub(tf.log(tf.maximum(known, smallestDepth)), tf.log(depths));
    const mean = tf.sum(tf.mul(weights, d), 1, true);
    const variance = tf.sum(tf.mul(weights, tf.squaredDifference(d, mean)), 1);
    return tf.add(variance, tf.mul(tf.square(tf.squeeze(mean, [1])), 1 - lambda));
  });

function depthDevice(
  positions: number,
  depthsOf: DepthsOf,
  loss: (output: tf.Tensor2D, depths: tf.Tensor, weights: tf.Tensor) => tf.Tensor,
): DeviceLoss {
  return {
    against: (samples) => [
      stackRows(samples, [positions], (sample) => withoutGaps(depthsOf(sample))),
      stackRows(samples, [positions], (sample) => knownWeights(depthsOf(sample))),
    ],
    losses: (outputs, against) => {
      const output = tf.reshape<tf.Rank.R2>(given(outputs, 0), [-1, positions]);
      return tf.reshape<tf.Rank.R1>(loss(output, given(against, 0), given(against, 1)), [-1]);
    },
  };
}
