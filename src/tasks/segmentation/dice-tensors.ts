import * as tf from '@tensorflow/tfjs-core';
import {
  byPosition,
  classAxisOf,
  isLabelled,
  acrossClasses,
  sharesOf,
} from '../classification/class-tensors';
import type { ClassTargets } from '../classification/targets';
import { stackLabels, stackRows, type DeviceLoss } from '../device-loss';
import { given, rowSums } from '../gradient-tensors';

/** 1 − 2Σpg/(Σp² + Σg²) over the classes that a sample has. */
export function diceDevice({ layout, labels }: ClassTargets, probabilities: boolean): DeviceLoss {
  const { positions, classes } = layout;
  const own = (sample: number) => labels.subarray(sample * positions, (sample + 1) * positions);
  const counts = (sample: number) => {
    const numbers = new Float32Array(classes);
    for (const label of own(sample)) if (label >= 0) numbers[label] = (numbers[label] ?? 0) + 1;
    return numbers;
  };
  const sumPositions = (x: tf.Tensor) => tf.sum(x, 3 - classAxisOf(layout));
  return {
    against: (samples) => [
      stackLabels(samples, [positions], own),
      stackRows(samples, [classes], counts),
      stackRows(samples, [classes], (sample) => shares(counts(sample))),
    ],
    losses: (outputs, against) => {
      const [numbers, sizes, weights] = [given(against, 0), given(against, 1), given(against, 2)];
      const p = sharesOf(byPosition(given(outputs, 0), layout), layout, probabilities);
      const counted = acrossClasses(tf.cast(tf.greaterEqual(numbers, 0), 'float32'), layout);
      const both = sumPositions(tf.mul(p, tf.cast(isLabelled(numbers, layout), 'float32')));
      const squares = sumPositions(tf.mul(tf.square(p), counted));
      const total = tf.add(tf.add(squares, sizes), tf.cast(tf.equal(sizes, 0), 'float32'));
      return rowSums(tf.mul(weights, tf.sub(1, tf.div(tf.mul(both, 2), total))));
    },
  };
}

function shares(counts: Float32Array): Float32Array {
  const present = counts.reduce((number, count) => number + (count > 0 ? 1 : 0), 0);
  return counts.map((count) => (count > 0 ? 1 / present : 0));
}
