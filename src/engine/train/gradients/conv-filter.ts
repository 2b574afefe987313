import * as tf from '@tensorflow/tfjs-core';
import { zerosOnHeap } from '../../ops/heap';
import { rank4 } from '../../ops/rank';
import { everyNth } from '../../ops/spread';
import { channelProducts, tile } from '../../simd/products';
import { simdBackend, wholeTiles, type Simd } from '../../simd/simd';
import { forEachTap } from './taps';

type ConvInfo = tf.backend_util.Conv2DInfo;

/**
 * Gradient of a convolution for its filter.
 *
 * @param x [N,H,W,Ci]
 * @param dy [N,OH,OW,Co]
 * @returns [KH,KW,Ci,Co]
 */
export function convFilterGradient(x: tf.Tensor4D, dy: tf.Tensor4D, info: ConvInfo): tf.Tensor4D {
  const simd = simdBackend();
  return tf.tidy(() => {
    if (simd) return summed(simd, x, dy, info);
    return isPointwise(info) ? pointwise(x, dy, info) : asConvolution(x, dy, info);
  });
}

/** Products summed tap by tap where tensors lie: a third of the time of a convolution on WASM, which packs `dy` anew. */
function summed(simd: Simd, x: tf.Tensor4D, dy: tf.Tensor4D, info: ConvInfo): tf.Tensor4D {
  const { filterHeight, filterWidth, inChannels, outChannels } = info;
  const [ins, outs] = [wholeTiles(inChannels, tile.ins), wholeTiles(outChannels, tile.outs)];
  const gradient = zerosOnHeap(simd.heap, [filterHeight, filterWidth, ins, outs]);
  const target = simd.addressOf(gradient);
  const lengths = { insBytes: 4 * ins, outsBytes: 4 * outs };
  forEachTap(simd, x, dy, info, (tap, window) =>
    simd.run(channelProducts, { target: target + 4 * tap * ins * outs, ...lengths, ...window }),
  );
  if (ins === inChannels && outs === outChannels) return rank4(gradient);
  return tf.slice(rank4(gradient), [0, 0, 0, 0], [filterHeight, filterWidth, inChannels, outChannels]);
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
