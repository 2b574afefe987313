import * as tf from '@tensorflow/tfjs-core';
import { differentiable } from './differentiable';

/** A scalar whose gradients are those of the objective: the given ones for the values, and the terms' own. */
export function surrogate(
  values: readonly tf.Tensor[],
  gradients: readonly (Float32Array | null)[],
  terms: readonly tf.Scalar[],
): tf.Scalar {
  const sources = values.flatMap((value, index) => {
    const gradient = gradients[index];
    return gradient ? [{ value, slope: tf.tensor(gradient, value.shape, 'float32') }] : [];
  });
  const given = differentiable(
    sources.map(({ value }) => value),
    () => ({ value: tf.scalar(0), saved: sources.map(({ slope }) => slope) }),
    (_, slopes) => slopes.map((slope) => slope.clone()),
  );
  return terms.reduce((sum, term) => tf.add(sum, term), tf.reshape<tf.Rank.R0>(given, []));
}
