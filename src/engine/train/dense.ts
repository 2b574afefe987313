import * as tf from '@tensorflow/tfjs-core';
import { columnSums } from './column-sums';
import { differentiable } from './differentiable';

/**
 * x·kernel, with gradients free of transposed products, which are slow on WASM.
 *
 * @param x [N,I]
 * @param kernel [I,O]
 */
export function trainingDense(x: tf.Tensor2D, kernel: tf.Tensor2D): tf.Tensor {
  return differentiable(
    [x, kernel],
    () => ({ value: tf.matMul(x, kernel), saved: [x, kernel] }),
    (dy, [input, weights]) => [tf.matMul(dy, tf.transpose(weights)), tf.matMul(tf.transpose(input), dy)],
  );
}

/** x [...,C] + bias [C] */
export function addBias(x: tf.Tensor, bias: tf.Tensor1D): tf.Tensor {
  return differentiable(
    [x, bias],
    () => ({ value: tf.add(x, bias), saved: [] }),
    (dy) => [dy, columnSums(dy)],
  );
}
