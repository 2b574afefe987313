import * as tf from '@tensorflow/tfjs-core';
import { conv2d } from '../../ops/conv';
import { heapBackend, tensorOnHeap } from '../../ops/heap';
import { rank4 } from '../../ops/rank';
import { insertZeros } from '../../ops/spread';

type ConvInfo = tf.backend_util.Conv2DInfo;

/**
 * Gradient of a depthwise convolution for its filter: for each tap, the pixels it met times `dy`, summed.
 *
 * @param x [N,H,W,C]
 * @param dy [N,OH,OW,C·M], channel c's M outputs side by side
 * @returns [KH,KW,C,M]
 */
export function depthwiseFilterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, info: ConvInfo): tf.Tensor4D {
  const { filterHeight, filterWidth, inChannels, outChannels } = info;
  const shape = [filterHeight, filterWidth, inChannels, outChannels / inChannels];
  const heap = heapBackend();
  if (!heap || outChannels !== inChannels) return tapByTap(x, dy, info);
  return rank4(
    tensorOnHeap(heap, shape, [x, dy], (target, pixels, slopes) => addTaps(target, pixels, slopes, info)),
  );
}

/** In one go through the images, on WASM's own memory: a third of the time of whole tensors for each tap. */
function addTaps(target: Float32Array, pixels: Float32Array, slopes: Float32Array, info: ConvInfo): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, padInfo } = info;
  const { filterHeight, filterWidth, strideHeight, strideWidth, dilationHeight, dilationWidth } = info;
  // A row's sums are added up apart, which keeps the error of long sums small.
  const row = new Float32Array(target.length);
  target.fill(0);
  for (let line = 0; line < batchSize * outHeight; line++) {
    row.fill(0);
    const image = Math.floor(line / outHeight);
    const top = (line % outHeight) * strideHeight - padInfo.top;
    for (let tap = 0; tap < filterHeight * filterWidth; tap++) {
      const y = top + Math.floor(tap / filterWidth) * dilationHeight;
      if (y < 0 || y >= inHeight) continue;
      const left = (tap % filterWidth) * dilationWidth - padInfo.left;
      const into = tap * inChannels;
      for (let column = 0; column < outWidth; column++) {
        const x = column * strideWidth + left;
        if (x < 0 || x >= inWidth) continue;
        const pixel = ((image * inHeight + y) * inWidth + x) * inChannels;
        const slope = (line * outWidth + column) * inChannels;
        for (let channel = 0; channel < inChannels; channel++) {
          const product = (pixels[pixel + channel] ?? 0) * (slopes[slope + channel] ?? 0);
          row[into + channel] = (row[into + channel] ?? 0) + product;
        }
      }
    }
    for (let index = 0; index < row.length; index++) target[index] = (target[index] ?? 0) + (row[index] ?? 0);
  }
}

function tapByTap(x: tf.Tensor4D, dy: tf.Tensor4D, info: ConvInfo): tf.Tensor4D {
  const { filterHeight, filterWidth, inChannels } = info;
  const multiplier = info.outChannels / inChannels;
  return tf.tidy(() => {
    const padded = padFor(x, info);
    const rows = info.batchSize * info.outHeight * info.outWidth;
    const gradients = tf.reshape(dy, [rows, inChannels, multiplier]);
    const ones = tf.ones([1, rows]);
    const taps: tf.Tensor2D[] = [];
    for (let i = 0; i < filterHeight; i++) {
      for (let j = 0; j < filterWidth; j++) {
        const pixels = tf.reshape(window(padded, info, i, j), [rows, inChannels, 1]);
        const products = tf.reshape(tf.mul(pixels, gradients), [rows, inChannels * multiplier]);
        taps.push(tf.matMul(ones, products));
      }
    }
    return tf.reshape(tf.concat(taps), [filterHeight, filterWidth, inChannels, multiplier]);
  });
}

/**
 * Gradient of a depthwise convolution for its input.
 *
 * @param dy [N,OH,OW,C·M]
 * @param filter [KH,KW,C,M]
 * @returns [N,H,W,C]
 */
export function depthwiseInputGradient(dy: tf.Tensor4D, filter: tf.Tensor4D, info: ConvInfo): tf.Tensor4D {
  const { inChannels, inHeight, inWidth, batchSize, filterHeight, filterWidth, outChannels } = info;
  const { dilationHeight, dilationWidth, padInfo } = info;
  const [reachY, reachX] = [(filterHeight - 1) * dilationHeight, (filterWidth - 1) * dilationWidth];
  return tf.tidy(() => {
    const wide = rank4(insertZeros(insertZeros(dy, 1, info.strideHeight), 2, info.strideWidth));
    const [, wideHeight, wideWidth] = wide.shape;
    // One output channel is met by one filter only, so the spread gradient is convolved depthwise and the
    // outputs that came from the same input channel are added up.
    const turned = tf.reverse(filter, [0, 1]);
    const single = tf.reshape<tf.Rank.R4>(turned, [filterHeight, filterWidth, 1, outChannels]);
    const full = conv2d(wide, single, {
      strides: [1, 1],
      dilations: [dilationHeight, dilationWidth],
      pads: [
        reachY - padInfo.top,
        reachX - padInfo.left,
        inHeight - wideHeight + padInfo.top,
        inWidth - wideWidth + padInfo.left,
      ],
      groups: outChannels,
    });
    const shape: [number, number, number, number] = [batchSize, inHeight, inWidth, inChannels];
    if (outChannels === inChannels) return full;
    return tf.reshape(tf.sum(tf.reshape(full, [...shape, outChannels / inChannels]), -1), shape);
  });
}

function padFor(x: tf.Tensor4D, info: ConvInfo): tf.Tensor4D {
  const { top, left } = info.padInfo;
  const reachDown =
    (info.outHeight - 1) * info.strideHeight + (info.filterHeight - 1) * info.dilationHeight + 1;
  const reachRight = (info.outWidth - 1) * info.strideWidth + (info.filterWidth - 1) * info.dilationWidth + 1;
  return tf.pad(x, [
    [0, 0],
    [top, Math.max(0, reachDown - info.inHeight - top)],
    [left, Math.max(0, reachRight - info.inWidth - left)],
    [0, 0],
  ]);
}

/** The pixels that tap (i, j) meets, one for each output position. */
function window(padded: tf.Tensor4D, info: ConvInfo, i: number, j: number): tf.Tensor {
  const [top, left] = [i * info.dilationHeight, j * info.dilationWidth];
  const height = (info.outHeight - 1) * info.strideHeight + 1;
  const width = (info.outWidth - 1) * info.strideWidth + 1;
  return tf.stridedSlice(
    padded,
    [0, top, left, 0],
    [info.batchSize, top + height, left + width, info.inChannels],
    [1, info.strideHeight, info.strideWidth, 1],
  );
}
