import * as tf from '@tensorflow/tfjs-core';
import type { ClassLayout } from '../classification/class-axis';
import { acrossClasses, byPosition, classAxisOf } from '../classification/class-tensors';
import { stackRows, type DeviceLoss } from '../device-loss';
import { given, rowSums } from '../gradient-tensors';

/** A loss of the components of two unit vectors, of which the vector's is the sum. */
export type ComponentLoss = (own: tf.Tensor, truth: tf.Tensor) => tf.Tensor;

/** Half the squared distance of unit vectors, which is 1 − cos. */
export const halfSquared: ComponentLoss = (own, truth) => tf.mul(tf.squaredDifference(own, truth), 0.5);

export const absoluteComponents: ComponentLoss = (own, truth) => tf.abs(tf.sub(own, truth));

/**
 * The mean over positions with a normal, of outputs brought to unit length.
 * @param normals of a sample, positions × 3; zero where not known
 */
export function normalsDevice(
  layout: ClassLayout,
  normals: (sample: number) => Float32Array,
  loss: ComponentLoss,
  smallestLength: number,
): DeviceLoss {
  const { positions } = layout;
  const axis = classAxisOf(layout);
  return {
    against: (samples) => [
      stackRows(samples, [positions, 3], normals),
      stackRows(samples, [positions], (sample) => knownWeights(normals(sample))),
    ],
    losses: (outputs, against) => {
      const output = byPosition(given(outputs, 0), layout);
      const truth = axis === 1 ? tf.transpose(given(against, 0), [0, 2, 1]) : given(against, 0);
      const squares = tf.sum(tf.square(output), axis, true);
      const unit = tf.div(output, tf.sqrt(tf.maximum(squares, smallestLength ** 2)));
      return rowSums(tf.mul(acrossClasses(given(against, 1), layout), loss(unit, truth)));
    },
  };
}

function knownWeights(normals: Float32Array): Float32Array {
  const isKnown = (position: number) => normals.subarray(3 * position, 3 * position + 3).some((x) => x !== 0);
  const known = Array.from({ length: normals.length / 3 }, (_, position) => isKnown(position));
  const count = known.filter(Boolean).length;
  return Float32Array.from(known, (is) => (is ? 1 / count : 0));
}
