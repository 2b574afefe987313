import * as tf from '@tensorflow/tfjs-core';
import { heapBackend, tensorOnHeap, type HeapBackend } from '../../ops/heap';
import { rank2, rank4 } from '../../ops/rank';
import { everyNth } from '../../ops/spread';

type ConvInfo = tf.backend_util.Conv2DInfo;

/**
 * Gradient of a convolution for its filter.
 *
 * @param x [N,H,W,Ci]
 * @param dy [N,OH,OW,Co]
 * @returns [KH,KW,Ci,Co]
 */
export function convFilterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, info: ConvInfo): tf.Tensor4D {
  const heap = heapBackend();
  return tf.tidy(() => {
    if (isPointwise(info)) return pointwise(x, dy, info);
    return heap ? asProducts(heap, x, dy, info) : asConvolution(x, dy, info);
  });
}

function isPointwise({ filterHeight, filterWidth, padInfo }: ConvInfo): boolean {
  return (
    filterHeight * filterWidth === 1 && padInfo.top + padInfo.bottom + padInfo.left + padInfo.right === 0
  );
}

function pointwise(x: tf.Tensor4D, dy: tf.Tensor4D, info: ConvInfo): tf.Tensor4D {
  const { strideHeight, strideWidth, inChannels, outChannels } = info;
  const met = everyNth(everyNth(x, 1, strideHeight), 2, strideWidth);
  const columns = tf.transpose(tf.reshape(met, [-1, inChannels]));
  const gradient = tf.matMul(columns, tf.reshape(dy, [-1, outChannels]));
  return tf.reshape(gradient, [1, 1, inChannels, outChannels]);
}

/**
 * As a convolution: the images' channels act as the batch, the images as the channels, and `dy` as a filter that is
 * dilated by the stride.
 */
function asConvolution(x: tf.Tensor4D, dy: tf.Tensor4D, info: ConvInfo): tf.Tensor4D {
  const { filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth, padInfo } =
    info;
  const images = tf.transpose(x, [3, 1, 2, 0]);
  const filter = tf.transpose(dy, [1, 2, 0, 3]);
  const reach = [(filterHeight - 1) * dilationHeight, (filterWidth - 1) * dilationWidth] as const;
  const bottom = (info.outHeight - 1) * strideHeight + 1 + reach[0] - info.inHeight - padInfo.top;
  const right = (info.outWidth - 1) * strideWidth + 1 + reach[1] - info.inWidth - padInfo.left;
  const pads: tf.backend_util.ExplicitPadding = [
    [0, 0],
    [padInfo.top, Math.max(bottom, 0)],
    [padInfo.left, Math.max(right, 0)],
    [0, 0],
  ];
  const taps = tf.conv2d(images, filter, 1, pads, 'NHWC', [strideHeight, strideWidth]);
  // Rows and columns that no window reached make further taps.
  const used = tf.slice(taps, [0, 0, 0, 0], [info.inChannels, reach[0] + 1, reach[1] + 1, info.outChannels]);
  const dilated = everyNth(everyNth(used, 1, dilationHeight), 2, dilationWidth);
  return rank4(tf.transpose(dilated, [1, 2, 0, 3]));
}

/** Positions in one product: a chunk's columns then stay in the cache, and XNNPACK's packing of dy cheap. */
const POSITIONS = 4096;

/** As products of the pixels that each tap met with `dy`, for a few images at a time. */
function asProducts(heap: HeapBackend, x: tf.Tensor4D, dy: tf.Tensor4D, info: ConvInfo): tf.Tensor4D {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, outChannels } = info;
  const positions = outHeight * outWidth;
  const images = Math.min(batchSize, Math.max(1, Math.round(POSITIONS / positions)));
  const rows = info.filterHeight * info.filterWidth * inChannels;
  const products: tf.Tensor2D[] = [];
  for (let first = 0; first < batchSize; first += images) {
    const count = Math.min(images, batchSize - first);
    const part = tf.slice(x, [first, 0, 0, 0], [count, inHeight, inWidth, inChannels]);
    const planes = tf.transpose(part, [3, 0, 1, 2]);
    const columns = tensorOnHeap(heap, [rows, count * positions], [planes], (target, source) =>
      copyTaps(target, source, info, count),
    );
    const slopes = tf.slice(dy, [first, 0, 0, 0], [count, outHeight, outWidth, outChannels]);
    products.push(tf.matMul(rank2(columns), tf.reshape(slopes, [count * positions, outChannels])));
    tf.dispose([part, planes, columns, slopes]);
  }
  return tf.reshape(tf.addN(products), info.filterShape);
}

/**
 * For each tap and channel, the pixel that each output position met, 0 outside of the image.
 *
 * @param target [KH·KW·Ci, count·OH·OW]
 * @param planes [Ci,count,H,W]
 */
function copyTaps(target: Float32Array, planes: Float32Array, info: ConvInfo, count: number): void {
  const { filterHeight, filterWidth, inChannels, inHeight, inWidth, outHeight, outWidth, padInfo } = info;
  let at = 0;
  for (let tapY = 0; tapY < filterHeight; tapY++) {
    const top = tapY * info.dilationHeight - padInfo.top;
    for (let tapX = 0; tapX < filterWidth; tapX++) {
      const left = tapX * info.dilationWidth - padInfo.left;
      const from = Math.min(outWidth, Math.max(0, Math.ceil(-left / info.strideWidth)));
      const to = Math.max(from, Math.min(outWidth, Math.ceil((inWidth - left) / info.strideWidth)));
      for (let plane = 0; plane < inChannels * count; plane++) {
        for (let row = 0; row < outHeight; row++, at += outWidth) {
          const y = row * info.strideHeight + top;
          if (y < 0 || y >= inHeight) {
            target.fill(0, at, at + outWidth);
            continue;
          }
          const line = (plane * inHeight + y) * inWidth + left;
          for (let column = 0; column < from; column++) target[at + column] = 0;
          for (let column = from, pixel = line + from * info.strideWidth; column < to; column++) {
            target[at + column] = planes[pixel] ?? 0;
            pixel += info.strideWidth;
          }
          for (let column = to; column < outWidth; column++) target[at + column] = 0;
        }
      }
    }
  }
}
