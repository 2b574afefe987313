import * as tf from '@tensorflow/tfjs-core';

/** A value that gradients take as constant. */
export const heldConstant = tf.customGrad((...args) => {
  const [x] = args;
  return { value: tf.add(tensorOf(x), 0), gradFunc: (dy: tf.Tensor) => tf.zerosLike(dy) };
});

/** x, but no less than `least`, with the slope of x. */
export function raisedTo(x: tf.Tensor, least: number): tf.Tensor {
  const raise = tf.customGrad((...args) => ({
    value: tf.maximum(tensorOf(args[0]), least),
    gradFunc: (dy: tf.Tensor) => tf.clone(dy),
  }));
  return raise(x);
}

function tensorOf(argument: tf.Tensor | tf.GradSaveFunc | undefined): tf.Tensor {
  if (argument instanceof tf.Tensor) return argument;
  throw new Error('A tensor was asked for.');
}

/** One of the tensors that a loss is made of. */
export function given(tensors: readonly tf.Tensor[], index: number): tf.Tensor {
  const found = tensors[index];
  if (!found) throw new Error(`The loss lacks its tensor ${index}.`);
  return found;
}

/** A batch with a sample's elements in a row. */
export function rowsOf(x: tf.Tensor): tf.Tensor2D {
  const [batch = 1] = x.shape;
  return tf.reshape<tf.Rank.R2>(x, [batch, -1]);
}

/** The sums of a batch's rows. */
export const rowSums = (x: tf.Tensor): tf.Tensor1D => tf.sum(rowsOf(x), 1);

/** A batch's outputs as one, [batch, elements]. */
export const besideEachOther = (outputs: readonly tf.Tensor[]): tf.Tensor =>
  tf.concat(outputs.map(rowsOf), 1);

/**
 * ln Σ exp along an axis, free of overflow. The shift is constant in the gradient, where it cancels.
 */
export function logSumExp(x: tf.Tensor, axis: number, keepDims = false): tf.Tensor {
  const largest = heldConstant(tf.max(x, axis, true));
  const sums = tf.add(tf.log(tf.sum(tf.exp(tf.sub(x, largest)), axis, true)), largest);
  return keepDims ? sums : tf.squeeze(sums, [axis]);
}
