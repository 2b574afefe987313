import * as tf from '@tensorflow/tfjs-core';
import { conv2d } from '../../ops/conv';
import { zerosOnHeap } from '../../ops/heap';
import { rank4 } from '../../ops/rank';
import { insertZeros } from '../../ops/spread';
import { depthwiseProducts } from '../../simd/products';
import { simdBackend, wholeTiles, type Simd } from '../../simd/simd';
import { forEachTap } from './taps';

type ConvInfo = tf.backend_util.Conv2DInfo;

/**
 * Gradient of a depthwise convolution for its filter: for each tap, the pixels it met times `dy`, summed.
 *
 * @param x [N,H,W,C]
 * @param dy [N,OH,OW,C·M], channel c's M outputs side by side
 * @returns [KH,KW,C,M]
 */
export function depthwiseFilterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, info: ConvInfo): tf.Tensor4D {
  const simd = simdBackend();
  if (!simd || info.outChannels !== info.inChannels) return tapByTap(x, dy, info);
  return tf.tidy(() => summed(simd, x, dy, info));
}

function summed(simd: Simd, x: tf.Tensor4D, dy: tf.Tensor4D, info: ConvInfo): tf.Tensor4D {
  const { filterHeight, filterWidth, inChannels } = info;
  const channels = wholeTiles(inChannels, 4);
  const gradient = zerosOnHeap(simd.heap, [filterHeight, filterWidth, channels, 1]);
  const target = simd.addressOf(gradient);
  forEachTap(simd, x, dy, info, (tap, window) =>
    simd.run(depthwiseProducts, {
      target: target + 4 * tap * channels,
      channelBytes: 4 * channels,
      ...window,
    }),
  );
  if (channels === inChannels) return rank4(gradient);
  return tf.slice(rank4(gradient), [0, 0, 0, 0], [filterHeight, filterWidth, inChannels, 1]);
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
