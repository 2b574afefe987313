import * as tf from '@tensorflow/tfjs-core';
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
  const { inChannels, inHeight, inWidth, batchSize, filterHeight, filterWidth, padInfo } = info;
  const { dilationHeight, dilationWidth } = info;
  const multiplier = info.outChannels / inChannels;
  return tf.tidy(() => {
    const wide = rank4(insertZeros(insertZeros(dy, 1, info.strideHeight), 2, info.strideWidth));
    const [, wideHeight, wideWidth] = wide.shape;
    const padded = tf.pad(wide, [
      [0, 0],
      [(filterHeight - 1) * dilationHeight, Math.max(0, inHeight + padInfo.top - wideHeight)],
      [(filterWidth - 1) * dilationWidth, Math.max(0, inWidth + padInfo.left - wideWidth)],
      [0, 0],
    ]);
    // One output channel is met by one filter only, so the spread gradient is convolved depthwise and the
    // outputs that came from the same input channel are added up.
    const turned = tf.reverse(filter, [0, 1]);
    const single = tf.reshape<tf.Rank.R4>(turned, [filterHeight, filterWidth, info.outChannels, 1]);
    const full = tf.depthwiseConv2d(padded, single, 1, 'valid', 'NHWC', [dilationHeight, dilationWidth]);
    const used = tf.slice(
      full,
      [0, padInfo.top, padInfo.left, 0],
      [batchSize, inHeight, inWidth, info.outChannels],
    );
    const shape: [number, number, number, number] = [batchSize, inHeight, inWidth, inChannels];
    if (multiplier === 1) return tf.reshape(used, shape);
    return tf.reshape(tf.sum(tf.reshape(used, [...shape, multiplier]), -1), shape);
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
