import * as tf from '@tensorflow/tfjs-core';
import { stackRows, type DeviceLoss } from '../device-loss';
import { given, rowSums } from '../gradient-tensors';
import type { ClassLayout } from './class-axis';
import { acrossPositions, byPosition, sharesOf } from './class-tensors';

/** |Σ p·v − y| of one position. */
export function expectationLoss(
  layout: ClassLayout,
  probabilities: boolean,
  values: readonly number[],
  target: (sample: number) => number,
): DeviceLoss {
  return {
    against: (samples) => [stackRows(samples, [], (sample) => [target(sample)])],
    losses: (outputs, against) => {
      const p = sharesOf(byPosition(given(outputs, 0), layout), layout, probabilities);
      const products = tf.mul(p, acrossPositions(tf.tensor1d([...values]), layout));
      return tf.abs(tf.sub(rowSums(products), given(against, 0)));
    },
  };
}
