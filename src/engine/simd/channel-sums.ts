import type { Tensor } from '@tensorflow/tfjs-core';
import { zerosOnHeap } from '../ops/heap';
import { rowProducts, rowSums } from './rows';
import { wholeTiles, type Simd } from './simd';
import { channelVectors } from './channel-vectors';

/** Rows that are summed in float32; sums of these are added up in float64. */
const ROWS = 1024;

/** Sums over all axes but the last. */
export function channelSums(simd: Simd, x: Tensor): Float64Array {
  return addUp(simd, x, (target, offset, lengths) =>
    simd.run(rowSums, { target, x: simd.addressOf(x) + offset, ...lengths }),
  );
}

/** Sums of (x − xShift)·(y − yShift) over all axes but the last; shifts are by channel. */
export function channelProductSums(
  simd: Simd,
  [x, xShift]: readonly [Tensor, ArrayLike<number>],
  [y, yShift]: readonly [Tensor, ArrayLike<number>],
): Float64Array {
  const shifts = channelVectors(simd, [xShift, yShift]);
  const [xAt = 0, yAt = 0] = shifts.addresses;
  const sums = addUp(simd, x, (target, offset, lengths) =>
    simd.run(rowProducts, {
      target,
      x: simd.addressOf(x) + offset,
      xShift: xAt,
      y: simd.addressOf(y) + offset,
      yShift: yAt,
      ...lengths,
    }),
  );
  shifts.dispose();
  return sums;
}

function addUp(
  simd: Simd,
  x: Tensor,
  add: (target: number, offset: number, lengths: { bytes: number; rowBytes: number }) => void,
): Float64Array {
  const channels = x.shape.at(-1) ?? 1;
  const rowBytes = 4 * channels;
  const part = zerosOnHeap(simd.heap, [wholeTiles(channels, 4)]);
  const sums = new Float64Array(channels);
  for (let offset = 0; offset < 4 * x.size; offset += ROWS * rowBytes) {
    const partial = simd.heap.typedArrayFromHeap(part).fill(0);
    add(simd.addressOf(part), offset, { bytes: Math.min(ROWS * rowBytes, 4 * x.size - offset), rowBytes });
    for (let channel = 0; channel < channels; channel++)
      sums[channel] = (sums[channel] ?? 0) + (partial[channel] ?? 0);
  }
  part.dispose();
  return sums;
}
