import * as tf from '@tensorflow/tfjs-core';
import { insertZeros } from '../../ops/spread';
import { rank4 } from '../../ops/rank';

/**
 * Gradient of a convolution for its input: `dy`, spread out by the stride, convolved with the filter turned by
 * half a turn.
 *
 * @param dy [N,OH,OW,Co]
 * @param filter [KH,KW,Ci,Co]
 * @returns [N,H,W,Ci]
 */
export function conv2dBackpropInput(
  dy: tf.Tensor4D,
  filter: tf.Tensor4D,
  info: tf.backend_util.Conv2DInfo,
): tf.Tensor4D {
  const { batchSize, inHeight, inWidth, inChannels, filterHeight, filterWidth, padInfo } = info;
  return tf.tidy(() => {
    const wide = spreadGradient(dy, info);
    const turned = tf.transpose(tf.reverse(filter, [0, 1]), [0, 1, 3, 2]);
    const rows = borders(filterHeight, padInfo.top, inHeight, wide.shape[1]);
    const columns = borders(filterWidth, padInfo.left, inWidth, wide.shape[2]);
    const full = tf.conv2d(wide, turned, 1, [[0, 0], rows.pads, columns.pads, [0, 0]]);
    if (full.shape[1] === inHeight && full.shape[2] === inWidth) return full;
    return tf.slice(full, [0, rows.skip, columns.skip, 0], [batchSize, inHeight, inWidth, inChannels]);
  });
}

/** `dy` with stride − 1 zero rows and columns after each: [N,OH·s,OW·s,C]. */
export function spreadGradient(dy: tf.Tensor4D, info: tf.backend_util.Conv2DInfo): tf.Tensor4D {
  return rank4(insertZeros(insertZeros(dy, 1, info.strideHeight), 2, info.strideWidth));
}

/** Padding of the spread gradient, and how much of the result to skip where that padding would be negative. */
function borders(
  kernel: number,
  padBefore: number,
  input: number,
  gradient: number,
): { pads: [number, number]; skip: number } {
  const before = kernel - 1 - padBefore;
  const after = input - gradient + padBefore;
  return { pads: [Math.max(before, 0), Math.max(after, 0)], skip: Math.max(-before, 0) };
}
