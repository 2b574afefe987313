import * as tf from '@tensorflow/tfjs-core';
import { heldConstant } from '../gradient-tensors';

/** Boxes by centre and size, a tensor for each; shapes broadcast. */
export interface BoxTensors {
  readonly x: tf.Tensor;
  readonly y: tf.Tensor;
  readonly width: tf.Tensor;
  readonly height: tf.Tensor;
}

/** Boxes whose four numbers lie along the last axis. */
export function boxesOf(numbers: tf.Tensor): BoxTensors {
  const rest = numbers.shape.slice(0, -1);
  const at = (index: number) =>
    tf.reshape(tf.slice(numbers, [...rest.map(() => 0), index], [...rest, 1]), rest);
  return { x: at(0), y: at(1), width: at(2), height: at(3) };
}

interface IntervalTensors {
  readonly shared: tf.Tensor;
  readonly hull: tf.Tensor;
}

function intervals(
  centre: tf.Tensor,
  size: tf.Tensor,
  otherCentre: tf.Tensor,
  otherSize: tf.Tensor,
): IntervalTensors {
  const ends = (middle: tf.Tensor, length: tf.Tensor) => {
    const half = tf.mul(length, 0.5);
    return { low: tf.sub(middle, half), high: tf.add(middle, half) };
  };
  const [own, other] = [ends(centre, size), ends(otherCentre, otherSize)];
  return {
    shared: tf.relu(tf.sub(tf.minimum(own.high, other.high), tf.maximum(own.low, other.low))),
    hull: tf.sub(tf.maximum(own.high, other.high), tf.minimum(own.low, other.low)),
  };
}

/** Intersection over union, with `epsilon` added to the union. */
export function iouOf(own: BoxTensors, other: BoxTensors, epsilon: number): tf.Tensor {
  const across = intervals(own.x, own.width, other.x, other.width);
  const down = intervals(own.y, own.height, other.y, other.height);
  const both = tf.mul(across.shared, down.shared);
  const areas = tf.add(tf.mul(own.width, own.height), tf.mul(other.width, other.height));
  return tf.div(both, tf.add(tf.sub(areas, both), epsilon));
}

/** Complete IoU, as `completeIou` has it: the weight of the aspect term is constant in the gradient. */
export function completeIouOf(own: BoxTensors, other: BoxTensors, epsilon: number): tf.Tensor {
  const iou = iouOf(own, other, epsilon);
  const across = intervals(own.x, own.width, other.x, other.width).hull;
  const down = intervals(own.y, own.height, other.y, other.height).hull;
  const diagonal = tf.add(tf.add(tf.square(across), tf.square(down)), epsilon);
  const distance = tf.add(tf.squaredDifference(own.x, other.x), tf.squaredDifference(own.y, other.y));
  const aspect = ({ width, height }: BoxTensors) => tf.atan(tf.div(width, height));
  const v = tf.mul(tf.squaredDifference(aspect(other), aspect(own)), 4 / Math.PI ** 2);
  const alpha = heldConstant(tf.div(v, tf.add(tf.sub(v, iou), 1 + epsilon)));
  return tf.sub(tf.sub(iou, tf.div(distance, diagonal)), tf.mul(alpha, v));
}
