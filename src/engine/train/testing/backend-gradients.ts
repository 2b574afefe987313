import * as tf from '@tensorflow/tfjs-core';
import { runNode } from '../../ops/run-node';
import type { GradientCase } from './gradient-case';

/** Gradients of a case's inputs by the executor's operator on the current backend. */
export async function backendGradients(each: GradientCase): Promise<Float32Array[]> {
  const tensors = each.inputs.map(({ data, shape }) => tf.tensor(data, [...shape], 'float32'));
  const slopes = tf.tensor(each.slopes, [...each.outputShape], 'float32');
  const { value, grads } = tf
    .engine()
    .gradients<tf.Tensor>(
      () => tf.sum(tf.mul(runNode(each.node, tensors, each.outputShape), slopes)),
      tensors,
      undefined,
      true,
    );
  // tfjs has no gradient where nothing depends on an input.
  const found = (grads as readonly (tf.Tensor | undefined)[]).map(
    async (gradient, index) =>
      (await gradient?.data<'float32'>()) ?? new Float32Array(tensors[index]?.size ?? 0),
  );
  const data = (await Promise.all(found)).map((values) => Float32Array.from(values));
  tf.dispose([value, slopes, ...tensors, ...grads]);
  return data;
}
