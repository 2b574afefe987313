import * as tf from '@tensorflow/tfjs-core';
import { heapBackend, tensorOnHeap } from '../../ops/heap';
import { rank4 } from '../../ops/rank';
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
  const { batchSize, inHeight, inWidth } = info;
  const images = Math.max(1, Math.round(POSITIONS / (inHeight * inWidth)));
  return tf.tidy(() => {
    if (isPointwise(info)) return pointwise(x, dy, info);
    if (images >= batchSize) return asConvolution(x, dy, info);
    const firsts = Array.from({ length: Math.ceil(batchSize / images) }, (_, part) => part * images);
    const parts = firsts.map((first) => {
      const count = Math.min(images, batchSize - first);
      return tf.tidy(() => asConvolution(someImages(x, first, count), someImages(dy, first, count), info));
    });
    return rank4(tf.addN(parts));
  });
}

/** Pixels of each channel at once: what is convolved then stays in the cache. */
const POSITIONS = 8192;

/** On WASM `slice` copies the whole tensor first. */
function someImages(x: tf.Tensor4D, first: number, count: number): tf.Tensor4D {
  const [batch, height, width, channels] = x.shape;
  const heap = heapBackend();
  if (!heap) return tf.slice(x, [first, 0, 0, 0], [count, height, width, channels]);
  const size = x.size / batch;
  const part = tensorOnHeap(heap, [count, height, width, channels], [x], (target, source) =>
    target.set(source.subarray(first * size, (first + count) * size)),
  );
  return rank4(part);
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
