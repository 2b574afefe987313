import type { backend_util, TensorInfo } from '@tensorflow/tfjs-core';
import type { positionParameters } from '../../simd/positions';
import type { Simd } from '../../simd/simd';

type ConvInfo = backend_util.Conv2DInfo;

/** Where the inputs and gradients of one tap lie, as the vector code for products wants it. */
type TapWindow = Readonly<Record<'x' | 'dy' | (typeof positionParameters)[number], number>>;

/** Positions whose products are summed before they are added to a gradient: few enough for the cache and for the sums' precision. */
const POSITIONS = 512;

/**
 * Calls with each tap of a convolution's filter, a few images at a time, and with the positions at which it meets pixels.
 *
 * @param x [N,H,W,Ci]
 * @param dy [N,OH,OW,Co]
 */
export function forEachTap(
  simd: Simd,
  x: TensorInfo,
  dy: TensorInfo,
  info: ConvInfo,
  visit: (tap: number, window: TapWindow) => void,
): void {
  const { batchSize, inHeight, inWidth, outHeight, outWidth, filterHeight, filterWidth } = info;
  const [pixel, slope] = [4 * info.inChannels, 4 * info.outChannels];
  const together = Math.max(1, Math.round(POSITIONS / (outHeight * outWidth)));
  for (let image = 0; image < batchSize; image += together) {
    for (let tap = 0; tap < filterHeight * filterWidth; tap++) {
      const y = Math.floor(tap / filterWidth) * info.dilationHeight - info.padInfo.top;
      const left = (tap % filterWidth) * info.dilationWidth - info.padInfo.left;
      const rows = met(y, info.strideHeight, inHeight, outHeight);
      const columns = met(left, info.strideWidth, inWidth, outWidth);
      if (rows.count <= 0 || columns.count <= 0) continue;
      const [top, first] = [rows.first * info.strideHeight + y, columns.first * info.strideWidth + left];
      visit(tap, {
        x: simd.addressOf(x) + pixel * ((image * inHeight + top) * inWidth + first),
        dy: simd.addressOf(dy) + slope * ((image * outHeight + rows.first) * outWidth + columns.first),
        columnBytes: slope * columns.count,
        rowBytes: slope * outWidth * rows.count,
        imageBytes: slope * outWidth * outHeight * Math.min(together, batchSize - image),
        xColumn: pixel * info.strideWidth,
        xRow: pixel * inWidth * info.strideHeight,
        xImage: pixel * inWidth * inHeight,
        dyColumn: slope,
        dyRow: slope * outWidth,
        dyImage: slope * outWidth * outHeight,
      });
    }
  }
}

/** The outputs along one side for which position output·stride + `offset` lies inside the input. */
function met(offset: number, stride: number, inputs: number, outputs: number) {
  const first = Math.max(0, Math.ceil(-offset / stride));
  const end = Math.min(outputs, Math.floor((inputs - 1 - offset) / stride) + 1);
  return { first, count: end - first };
}
