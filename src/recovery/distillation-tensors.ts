import * as tf from '@tensorflow/tfjs-core';
import type { ClassLayout } from '../tasks/classification/class-axis';
import { byPosition, logShares } from '../tasks/classification/class-tensors';
import { raisedTo } from '../tasks/gradient-tensors';

/** How far a student's outputs are from its teacher's, [batch, …sample] both. */
export type DeviceDistance = (student: tf.Tensor, teacher: tf.Tensor) => tf.Scalar;

export const squaredDistance =
  (scale: number): DeviceDistance =>
  (student, teacher) =>
    tf.mul(tf.sum(tf.squaredDifference(student, teacher)), scale);

/** T²·KL(softmax(t/T) ‖ softmax(s/T)), a mean over positions; the smallest probability bounds values, not slopes. */
export function softenedDistance(
  layout: ClassLayout,
  probabilities: boolean,
  temperature: number,
  smallest: number,
): DeviceDistance {
  const softened = (values: tf.Tensor) => {
    const logits = probabilities ? tf.log(raisedTo(values, smallest)) : values;
    return logShares(byPosition(tf.div(logits, temperature), layout), layout);
  };
  return (student, teacher) => {
    const [wanted, given] = [softened(teacher), raisedTo(softened(student), Math.log(smallest))];
    const divergence = tf.sum(tf.mul(tf.exp(wanted), tf.sub(wanted, given)));
    return tf.mul(divergence, temperature ** 2 / layout.positions);
  };
}
