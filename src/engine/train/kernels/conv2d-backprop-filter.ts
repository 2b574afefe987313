import * as tf from '@tensorflow/tfjs-core';

/**
 * Gradient of a convolution for its filter, as a convolution of its own: the images' channels act as the batch,
 * the images as the channels, and `dy` as a filter that is dilated by the stride.
 *
 * @param x [N,H,W,Ci]
 * @param dy [N,OH,OW,Co]
 * @returns [KH,KW,Ci,Co]
 */
export function conv2dBackpropFilter(
  x: tf.Tensor4D,
  dy: tf.Tensor4D,
  info: tf.backend_util.Conv2DInfo,
): tf.Tensor4D {
  const { filterHeight, filterWidth, strideHeight, strideWidth, inChannels, outChannels } = info;
  return tf.tidy(() => {
    if (isPointwise(info)) {
      const rows = tf.reshape(x, [-1, inChannels]);
      const gradient = tf.matMul(tf.transpose(rows), tf.reshape(dy, [-1, outChannels]));
      return tf.reshape(gradient, [1, 1, inChannels, outChannels]);
    }
    const images = tf.transpose(x, [3, 1, 2, 0]);
    const filter = tf.transpose(dy, [1, 2, 0, 3]);
    const { top, left } = info.padInfo;
    const bottom = (info.outHeight - 1) * strideHeight + filterHeight - info.inHeight - top;
    const right = (info.outWidth - 1) * strideWidth + filterWidth - info.inWidth - left;
    const pads: tf.backend_util.ExplicitPadding = [
      [0, 0],
      [top, Math.max(bottom, 0)],
      [left, Math.max(right, 0)],
      [0, 0],
    ];
    const taps = tf.conv2d(images, filter, 1, pads, 'NHWC', [strideHeight, strideWidth]);
    // Rows and columns that no window reached make further taps.
    const used = tf.slice(taps, [0, 0, 0, 0], [inChannels, filterHeight, filterWidth, outChannels]);
    return tf.transpose(used, [1, 2, 0, 3]);
  });
}

function isPointwise(info: tf.backend_util.Conv2DInfo): boolean {
  const { top, bottom, left, right } = info.padInfo;
  return (
    info.filterHeight === 1 &&
    info.filterWidth === 1 &&
    info.strideHeight === 1 &&
    info.strideWidth === 1 &&
    top + bottom + left + right === 0
  );
}
