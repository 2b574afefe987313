import * as tf from '@tensorflow/tfjs-core';
import { boxesOf, iouOf, type BoxTensors } from '../detection/overlap-tensors';
import { stackRows, type DeviceLoss } from '../device-loss';
import { given, rowSums } from '../gradient-tensors';

export interface BoxDepartures {
  readonly boxes: number;
  /** Whether an output holds four rows of coordinates rather than rows of four. */
  readonly byCoordinate: boolean;
  readonly corners: boolean;
  readonly scores: number;
  /** The unpruned network's boxes and scores, as their outputs have them. */
  readonly own: (sample: number) => readonly [boxes: Float32Array, scores: Float32Array];
  /** What each box counts for, and each score. */
  readonly weights: (sample: number) => readonly [boxes: Float32Array, score: number];
}

/** 1 + Σ w·(1 − IoU) + Σ w·|s′ − s|. */
export function boxDeparturesDevice(parts: BoxDepartures): DeviceLoss {
  const { boxes, byCoordinate, corners, scores, own, weights } = parts;
  const read = (output: tf.Tensor): BoxTensors => {
    const shape = byCoordinate ? [-1, 4, boxes] : [-1, boxes, 4];
    const rows = tf.reshape(output, shape);
    const four = boxesOf(byCoordinate ? tf.transpose(rows, [0, 2, 1]) : rows);
    return corners ? fromCorners(four) : four;
  };
  return {
    against: (samples) => [
      stackRows(samples, [4 * boxes], (sample) => own(sample)[0]),
      stackRows(samples, [scores], (sample) => own(sample)[1]),
      stackRows(samples, [boxes], (sample) => weights(sample)[0]),
      stackRows(samples, [1], (sample) => [weights(sample)[1]]),
    ],
    losses: (outputs, against) => {
      const overlap = iouOf(read(given(outputs, 0)), read(given(against, 0)), 1e-12);
      const change = tf.abs(tf.sub(tf.reshape(given(outputs, 1), [-1, scores]), given(against, 1)));
      const moved = rowSums(tf.mul(given(against, 2), tf.sub(1, overlap)));
      return tf.add(tf.add(1, moved), rowSums(tf.mul(given(against, 3), change)));
    },
  };
}

/** Of x1, y1, x2, y2 in the order of a box's numbers. */
function fromCorners({ x, y, width, height }: BoxTensors): BoxTensors {
  return {
    x: tf.mul(tf.add(x, width), 0.5),
    y: tf.mul(tf.add(y, height), 0.5),
    width: tf.sub(width, x),
    height: tf.sub(height, y),
  };
}
