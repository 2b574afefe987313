import * as tf from '@tensorflow/tfjs-core';
import type { ClassLayout } from '../classification/class-axis';
import { acrossClasses, byPosition, logShares } from '../classification/class-tensors';
import { stackRows, type DeviceLoss } from '../device-loss';
import { given, raisedTo, rowSums } from '../gradient-tensors';

export interface Distributions {
  readonly layout: ClassLayout;
  /** Of the unpruned network, laid out as the output. */
  readonly own: (sample: number) => Float64Array;
  /** What each position counts for. */
  readonly weights: (sample: number) => Float32Array;
  /** Whether outputs are probabilities; else logits. */
  readonly probabilities: boolean;
  /** Smaller ones are taken as this much. */
  readonly smallest: number;
}

/** 1 + KL(own ‖ output) in nats; the slope of a logit does not know of the smallest probability. */
export function divergenceDevice(distributions: Distributions): DeviceLoss {
  const { layout, own, weights, probabilities, smallest } = distributions;
  const { positions, classes } = layout;
  return {
    against: (samples) => [
      stackRows(samples, [positions * classes], own),
      stackRows(samples, [positions * classes], (sample) =>
        own(sample).map((p) => (p > 0 ? Math.log(p) : 0)),
      ),
      stackRows(samples, [positions], weights),
    ],
    losses: (outputs, against) => {
      const output = byPosition(given(outputs, 0), layout);
      const [p, logs] = [byPosition(given(against, 0), layout), byPosition(given(against, 1), layout)];
      const found = probabilities
        ? tf.log(tf.maximum(output, smallest))
        : raisedTo(logShares(output, layout), Math.log(smallest));
      const divergence = tf.mul(p, tf.sub(logs, found));
      return tf.add(1, rowSums(tf.mul(acrossClasses(given(against, 2), layout), divergence)));
    },
  };
}

/** One more than a loss. */
export const oneMore = ({ against, losses }: DeviceLoss): DeviceLoss => ({
  against,
  losses: (outputs, compared) => tf.add(1, losses(outputs, compared)),
});
