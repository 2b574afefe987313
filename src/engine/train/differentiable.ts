import * as tf from '@tensorflow/tfjs-core';

/**
 * A function with a gradient of its own.
 *
 * @param forward the value, and what the gradient needs besides the gradient of the value
 * @param backward the gradient for each of `inputs`, from dy and what `forward` saved
 */
export function differentiable<Saved extends tf.Tensor[] | []>(
  inputs: readonly tf.Tensor[],
  forward: () => { readonly value: tf.Tensor; readonly saved: Saved },
  backward: (dy: tf.Tensor, saved: Saved) => tf.Tensor[],
): tf.Tensor {
  const run = tf.customGrad((...args) => {
    // customGrad calls this with the inputs and, last, the function that saves tensors.
    const save = args.at(-1) as tf.GradSaveFunc;
    const { value, saved } = forward();
    save(saved);
    // tfjs hands back as many tensors as were saved, in their order.
    return { value, gradFunc: (dy: tf.Tensor, kept: tf.Tensor[]) => backward(dy, kept as Saved) };
  });
  return run(...inputs);
}
