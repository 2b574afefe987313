import * as tf from '@tensorflow/tfjs-core';
import { softplusOf } from '../elementwise/losses-tensors';
import { logSumExp } from '../gradient-tensors';
import type { ClassLayout } from './class-axis';

/** Where the classes are in [batch, classes, positions] or [batch, positions, classes]. */
export const classAxisOf = ({ axis }: ClassLayout): 1 | 2 => (axis === 'first' ? 1 : 2);

/** An output, or what is laid out like it, with its positions as one axis. */
export function byPosition(output: tf.Tensor, layout: ClassLayout): tf.Tensor3D {
  const { positions, classes } = layout;
  const [batch = 1] = output.shape;
  return tf.reshape<tf.Rank.R3>(
    output,
    layout.axis === 'first' ? [batch, classes, positions] : [batch, positions, classes],
  );
}

/** Numbers of positions, [batch, positions], so that they broadcast against `byPosition`. */
export const acrossClasses = (numbers: tf.Tensor, layout: ClassLayout): tf.Tensor =>
  tf.expandDims(numbers, classAxisOf(layout));

/** Numbers of classes, [classes] or [batch, classes], so that they broadcast against `byPosition`. */
export function acrossPositions(numbers: tf.Tensor, layout: ClassLayout): tf.Tensor {
  const { classes } = layout;
  const batch = numbers.size / classes;
  return tf.reshape(numbers, layout.axis === 'first' ? [batch, classes, 1] : [batch, 1, classes]);
}

/** Whether an element is of its position's class, laid out as `byPosition`; nowhere where the label is −1. */
export function isLabelled(labels: tf.Tensor, layout: ClassLayout): tf.Tensor {
  const numbers = acrossPositions(tf.range(0, layout.classes, 1, 'int32'), layout);
  return tf.equal(acrossClasses(labels, layout), numbers);
}

/** ln softmax, laid out as `byPosition`. */
export function logShares(logits: tf.Tensor3D, layout: ClassLayout): tf.Tensor {
  return tf.sub(logits, logSumExp(logits, classAxisOf(layout), true));
}

/** The probabilities of logits, or of probabilities themselves. */
export function sharesOf(output: tf.Tensor3D, layout: ClassLayout, probabilities: boolean): tf.Tensor {
  return probabilities ? output : tf.exp(logShares(output, layout));
}

const excluded = -1e30;

/** ln(p/(1 − p)) of each position's own class, [batch, positions]: p keeps its precision near 0 and near 1. */
export function ownLogit(logits: tf.Tensor3D, labels: tf.Tensor, layout: ClassLayout): tf.Tensor {
  const own = isLabelled(labels, layout);
  const axis = classAxisOf(layout);
  const others = tf.where(own, tf.fill(logits.shape, excluded), logits);
  return tf.sub(pickOwn(logits, own, axis), logSumExp(others, axis));
}

/** The values at which `own` is set. */
export const pickOwn = (values: tf.Tensor, own: tf.Tensor, axis: 1 | 2): tf.Tensor =>
  tf.sum(tf.where(own, values, tf.zerosLike(values)), axis);

/** −ln softmax of each position's own class, [batch, positions]. */
export const ownCost = (logits: tf.Tensor3D, labels: tf.Tensor, layout: ClassLayout): tf.Tensor =>
  softplusOf(tf.neg(ownLogit(logits, labels, layout)));
