import * as tf from '@tensorflow/tfjs-core';
import { elementCount } from '../alignment';
import { stackRows, type DeviceLoss } from '../device-loss';
import { given } from '../gradient-tensors';
import type { Program } from './compile';
import type { Node } from './node';

/** A leaf of labels, with a sample's. */
export interface LabelLeaf {
  readonly leaf: Node;
  readonly valuesOf: (sample: number) => Float64Array;
}

/** Runs a program on a whole batch at once. */
export function programDevice(
  { nodes, result }: Program,
  outputs: readonly Node[],
  labels: readonly LabelLeaf[],
): DeviceLoss {
  return {
    against: (samples) => labels.map(({ leaf, valuesOf }) => stackRows(samples, leaf.shape, valuesOf)),
    losses: (values, against) => {
      const [batch = 1] = given(values, 0).shape;
      const known = new Map<Node, tf.Tensor>();
      outputs.forEach((leaf, index) =>
        known.set(leaf, tf.reshape(given(values, index), [batch, ...leaf.shape])),
      );
      labels.forEach(({ leaf }, index) => known.set(leaf, given(against, index)));
      // What is neither computed nor given is a constant.
      const valueOf = (node: Node) => known.get(node) ?? tf.tensor(Float32Array.from(node.value), [1]);
      for (const node of nodes) known.set(node, node.onDevice(node.operands.map(valueOf)));
      const loss = tf.reshape(valueOf(result), [-1, elementCount(result.shape)]);
      return tf.add(tf.zeros([batch]), tf.reshape(loss, [-1]));
    },
  };
}
