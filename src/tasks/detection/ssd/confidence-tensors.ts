import * as tf from '@tensorflow/tfjs-core';
import type { ClassLayout } from '../../classification/class-axis';
import { byPosition, ownCost } from '../../classification/class-tensors';
import { stackLabels, stackRows, type DeviceLoss } from '../../device-loss';
import { given } from '../../gradient-tensors';

/** A sample's default boxes that count, with their classes (0 the background). */
export interface BoxLabels {
  readonly labels: Int32Array;
  readonly positives: readonly number[];
  readonly negatives: readonly number[];
}

/** Cross-entropy over the positives and the negatives that cost most, three for each, over the number of positives. */
export function confidenceDevice(layout: ClassLayout, labelsOf: (sample: number) => BoxLabels): DeviceLoss {
  const marks = (places: readonly number[], mark: number) => {
    const row = new Float32Array(layout.positions);
    for (const place of places) row[place] = mark;
    return row;
  };
  const mined = ({ positives, negatives }: BoxLabels) => Math.min(3 * positives.length, negatives.length);
  return {
    against: (samples) => {
      const known = new Map(samples.map((sample) => [sample, labelsOf(sample)]));
      const most = Math.max(1, ...[...known.values()].map(mined));
      const of = (row: (one: BoxLabels) => ArrayLike<number>) => (sample: number) => {
        const one = known.get(sample);
        return one ? row(one) : [];
      };
      const share = ({ positives }: BoxLabels) => 1 / Math.max(positives.length, 1);
      return [
        stackLabels(
          samples,
          [layout.positions],
          of(({ labels }) => labels),
        ),
        stackRows(
          samples,
          [layout.positions],
          of((one) => marks(one.positives, share(one))),
        ),
        stackRows(
          samples,
          [layout.positions],
          of(({ negatives }) => marks(negatives, 1)),
        ),
        stackRows(
          samples,
          [most],
          of((one) => new Float32Array(most).fill(share(one), 0, mined(one))),
        ),
      ];
    },
    losses: (outputs, against) => {
      const [labels, positive, negative, ranks] = [0, 1, 2, 3].map((index) => given(against, index));
      if (!labels || !positive || !negative || !ranks) throw new Error('Four tensors were made.');
      const costs = ownCost(byPosition(given(outputs, 1), layout), labels, layout);
      const candidates = tf.where(tf.notEqual(negative, 0), costs, tf.fill(costs.shape, -1));
      const { values } = tf.topk(candidates, ranks.shape[1]);
      const mined = tf.sum(tf.mul(ranks, values), 1);
      return tf.add(tf.sum(tf.mul(positive, costs), 1), mined);
    },
  };
}
