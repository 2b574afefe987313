import * as tf from '@tensorflow/tfjs-core';

/** A loss of each element against its target; shapes broadcast. */
export type ElementTensors = (output: tf.Tensor, target: tf.Tensor) => tf.Tensor;

/** ln(1 + eᶻ), precise also where it is small. */
export const softplusOf = (z: tf.Tensor): tf.Tensor => tf.softplus(z);

const within = (x: tf.Tensor, low: number, high: number): tf.Tensor => tf.clipByValue(x, low, high);

export const squaredErrorOf: ElementTensors = (output, target) => tf.squaredDifference(output, target);

export const absoluteErrorOf: ElementTensors = (output, target) => tf.abs(tf.sub(output, target));

/** |e|·q − q²/2 with q = min(|e|, δ): half the square below δ, linear beyond. */
export function huberErrorOf(delta: number): ElementTensors {
  return (output, target) => {
    const error = absoluteErrorOf(output, target);
    const near = tf.minimum(error, delta);
    return tf.mul(near, tf.sub(error, tf.mul(near, 0.5)));
  };
}

/** PyTorch's SmoothL1Loss, which is the absolute error where β is 0. */
export function smoothAbsoluteErrorOf(beta: number): ElementTensors {
  if (beta === 0) return absoluteErrorOf;
  const huber = huberErrorOf(beta);
  return (output, target) => tf.div(huber(output, target), beta);
}

export function logitCrossEntropyOf(positiveWeight: number): ElementTensors {
  return (logit, target) =>
    tf.add(
      tf.mul(tf.mul(target, positiveWeight), softplusOf(tf.neg(logit))),
      tf.mul(tf.sub(1, target), softplusOf(logit)),
    );
}

/** The largest single-precision number below 1: what is certain has no slope. */
const almostOne = 1 - 2 ** -23;

export function probabilityCrossEntropyOf(positiveWeight: number, smallest: number): ElementTensors {
  return (probability, target) => {
    const yes = tf.log(within(probability, smallest, almostOne));
    const no = tf.log(within(tf.sub(1, probability), smallest, almostOne));
    return tf.neg(tf.add(tf.mul(tf.mul(target, positiveWeight), yes), tf.mul(tf.sub(1, target), no)));
  };
}

/** (1 − p)^γ·−ln p of p = σ(z). */
export function focalSideOf(z: tf.Tensor, gamma: number): tf.Tensor {
  return tf.mul(tf.exp(tf.mul(softplusOf(z), -gamma)), softplusOf(tf.neg(z)));
}

export function focalLossOf(gamma: number, alpha: number): ElementTensors {
  return (logit, target) =>
    tf.add(
      tf.mul(tf.mul(target, alpha), focalSideOf(logit, gamma)),
      tf.mul(tf.mul(tf.sub(1, target), 1 - alpha), focalSideOf(tf.neg(logit), gamma)),
    );
}

export function centernetFocalOf(smallestHeat: number): ElementTensors {
  const largest = Math.log(1 / smallestHeat - 1);
  return (logit, target) => {
    const z = within(logit, -largest, largest);
    const isPeak = tf.cast(tf.greaterEqual(target, 1), 'float32');
    const penalty = tf.square(tf.square(tf.sub(1, target)));
    return tf.add(
      tf.mul(isPeak, focalSideOf(z, 2)),
      tf.mul(tf.mul(tf.sub(1, isPeak), penalty), focalSideOf(tf.neg(z), 2)),
    );
  };
}
