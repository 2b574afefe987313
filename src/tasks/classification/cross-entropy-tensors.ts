import * as tf from '@tensorflow/tfjs-core';
import { stackLabels, stackRows, type DeviceLoss } from '../device-loss';
import { focalSideOf } from '../elementwise/losses-tensors';
import { given, rowSums } from '../gradient-tensors';
import type { ClassLayout } from './class-axis';
import { byPosition, classAxisOf, isLabelled, logShares, ownCost, ownLogit, pickOwn } from './class-tensors';

/** What a position's own class counts for, over what the sample's sum is divided by. */
export interface OwnWeights {
  readonly layout: ClassLayout;
  /** The sample's labels, −1 where a position does not count. */
  readonly labels: (sample: number) => Int32Array;
  /** [positions], 0 where the label is −1. */
  readonly weights: (sample: number) => Float32Array;
}

/** Σ w·cost over positions, of a cost of the label's class: [batch, positions] of logits or probabilities. */
function ownClassLoss(
  { layout, labels, weights }: OwnWeights,
  costOf: (output: tf.Tensor3D, labels: tf.Tensor) => tf.Tensor,
): DeviceLoss {
  return {
    against: (samples) => [
      stackLabels(samples, [layout.positions], labels),
      stackRows(samples, [layout.positions], weights),
    ],
    losses: (outputs, against) =>
      rowSums(tf.mul(given(against, 1), costOf(byPosition(given(outputs, 0), layout), given(against, 0)))),
  };
}

export const hardLogitLoss = (own: OwnWeights): DeviceLoss =>
  ownClassLoss(own, (logits, labels) => ownCost(logits, labels, own.layout));

export const hardProbabilityLoss = (own: OwnWeights, smallest: number): DeviceLoss =>
  ownClassLoss(own, (p, labels) => {
    const share = pickOwn(p, isLabelled(labels, own.layout), classAxisOf(own.layout));
    return tf.neg(tf.log(tf.clipByValue(share, smallest, 1)));
  });

/** −(1 − p)^γ·ln p of the label's class. */
export const softmaxFocalLoss = (own: OwnWeights, gamma: number): DeviceLoss =>
  ownClassLoss(own, (logits, labels) => focalSideOf(ownLogit(logits, labels, own.layout), gamma));

/**
 * −Σ q·ln p over all classes of all positions.
 * @param weights q of a sample, laid out as the output
 */
export function softLoss(
  layout: ClassLayout,
  weights: (sample: number) => Float32Array,
  smallest: number | null,
): DeviceLoss {
  const { positions, classes } = layout;
  return {
    against: (samples) => [stackRows(samples, [positions * classes], weights)],
    losses: (outputs, against) => {
      const output = byPosition(given(outputs, 0), layout);
      const logs =
        smallest === null ? logShares(output, layout) : tf.log(tf.clipByValue(output, smallest, 1));
      return rowSums(tf.neg(tf.mul(byPosition(given(against, 0), layout), logs)));
    },
  };
}
