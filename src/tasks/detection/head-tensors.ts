import * as tf from '@tensorflow/tfjs-core';
import type { Head } from './head';

/** An output of any layout as [batch, anchors · cells, values], all cells of an anchor together. */
export function headValues(output: tf.Tensor, head: Head): tf.Tensor3D {
  const cells = head.width * head.height;
  const [batch = 1] = output.shape;
  const axes = [
    { axis: 1, size: head.anchors, step: head.anchorStep },
    { axis: 2, size: cells, step: head.cellStep },
    { axis: 3, size: head.values, step: head.valueStep },
  ].sort((a, b) => b.step - a.step);
  const inMemory = tf.reshape(output, [batch, ...axes.map(({ size }) => size)]);
  const order = [1, 2, 3].map((axis) => 1 + axes.findIndex((one) => one.axis === axis));
  const isInOrder = order.join() === '1,2,3';
  const values = isInOrder ? inMemory : tf.transpose(inMemory, [0, ...order]);
  return tf.reshape<tf.Rank.R3>(values, [batch, head.anchors * cells, head.values]);
}
