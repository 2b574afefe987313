import * as tf from '@tensorflow/tfjs-core';
import { emptyOnHeap } from '../ops/heap';
import { channelProductSums, channelSums } from '../simd/channel-sums';
import { channelVectors } from '../simd/channel-vectors';
import { mixedRows, scaledRows } from '../simd/rows';
import type { Simd } from '../simd/simd';
import { differentiable } from './differentiable';
import type { BatchNormalised } from './batch-norm';

/** Training-mode batch norm in as few passes over memory as there can be: three forward, two backward. Of 4 channels at least. */
export function vectorBatchNorm(
  simd: Simd,
  x: tf.Tensor,
  scale: tf.Tensor1D,
  offset: tf.Tensor1D,
  epsilon: number,
): BatchNormalised {
  const positions = x.size / scale.size;
  const mean = channelSums(simd, x).map((sum) => sum / positions);
  const variance = channelProductSums(simd, [x, mean], [x, mean]).map((sum) => sum / positions);
  const inverse = variance.map((each) => 1 / Math.sqrt(each + epsilon));
  const factor = inverse.map((each, channel) => each * (numbers(simd, scale)[channel] ?? 0));
  const lengths = { bytes: 4 * x.size, rowBytes: 4 * scale.size, lastVector: 4 * (scale.size - 4) };

  const normalise = (): tf.Tensor => {
    const y = emptyOnHeap(simd.heap, x.shape);
    const vectors = channelVectors(simd, [mean, factor, numbers(simd, offset)]);
    const [shift = 0, slope = 0, constant = 0] = vectors.addresses;
    const at = { target: simd.addressOf(y), x: simd.addressOf(x) };
    simd.run(scaledRows, { ...at, shift, scale: slope, offset: constant, ...lengths });
    vectors.dispose();
    return y;
  };

  // dx = (dy − Σdy/n − x̂·Σ(dy·x̂)/n)·scale/σ with x̂ = (x − mean)/σ
  const inputGradient = (dy: tf.Tensor, input: tf.Tensor, ofScale: Float64Array, ofOffset: Float64Array) => {
    const dx = emptyOnHeap(simd.heap, x.shape);
    const pull = ofScale.map((sum, c) => (-sum / positions) * (inverse[c] ?? 0) * (factor[c] ?? 0));
    const constant = ofOffset.map((sum, c) => (-sum / positions) * (factor[c] ?? 0));
    const vectors = channelVectors(simd, [mean, pull, constant, factor]);
    const [shift = 0, slope = 0, added = 0, kept = 0] = vectors.addresses;
    const at = { target: simd.addressOf(dx), x: simd.addressOf(input), dy: simd.addressOf(dy) };
    simd.run(mixedRows, { ...at, shift, scale: slope, offset: added, factor: kept, ...lengths });
    vectors.dispose();
    return dx;
  };

  const y = differentiable(
    [x, scale, offset],
    () => ({ value: normalise(), saved: [x] }),
    (dy, [input]) => {
      const ofOffset = channelSums(simd, dy);
      const products = channelProductSums(simd, [input, mean], [dy, new Float64Array(scale.size)]);
      const ofScale = products.map((sum, channel) => sum * (inverse[channel] ?? 0));
      return [inputGradient(dy, input, ofScale, ofOffset), vector(ofScale), vector(ofOffset)];
    },
  );
  return { y, mean: vector(mean), variance: vector(variance) };
}

const vector = (values: Float64Array): tf.Tensor1D => tf.tensor1d(Float32Array.from(values));
const numbers = ({ heap }: Simd, x: tf.Tensor): Float32Array => heap.typedArrayFromHeap(x);
