import { add, moments, mul, rsqrt, sub } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';

/** Inference batch norm over the last axis, as one multiplication and one addition. */
export function batchNorm(
  x: Tensor,
  scale: Tensor,
  offset: Tensor,
  mean: Tensor,
  variance: Tensor,
  epsilon: number,
): Tensor {
  const factor = mul(scale, rsqrt(add(variance, epsilon)));
  return add(mul(x, factor), sub(offset, mul(mean, factor)));
}

/** (x − mean) / sqrt(variance + epsilon) over `axes`. */
export function normalize(x: Tensor, axes: readonly number[], epsilon: number): Tensor {
  const { mean, variance } = moments(x, [...axes], true);
  return mul(sub(x, mean), rsqrt(add(variance, epsilon)));
}
