import * as tf from '@tensorflow/tfjs-core';
import type { GradConfig } from '@tensorflow/tfjs-core';
import { heapBackend, tensorOnHeap } from '../../ops/heap';
import { rank4 } from '../../ops/rank';
import { rule, saved } from './rule';

type PoolInfo = tf.backend_util.Conv2DInfo;
type PoolAttributes = Pick<tf.MaxPoolAttrs, 'filterSize' | 'strides' | 'pad' | 'dimRoundingMode'>;

export const poolRules: readonly GradConfig[] = [
  rule<PoolAttributes>(tf.MaxPool, {
    inputs: ['x'],
    outputs: [true],
    slopes: (dy, tensors, attributes) => {
      const [x, y] = [rank4(saved(tensors, 0)), rank4(saved(tensors, 1))];
      return { x: () => maxPoolGradient(rank4(dy), x, y, attributes) };
    },
  }),
  rule<PoolAttributes>(tf.AvgPool, {
    inputs: ['x'],
    slopes: (dy, tensors, attributes) => {
      const x = rank4(saved(tensors, 0));
      return { x: () => averagePoolGradient(rank4(dy), x, attributes) };
    },
  }),
];

/**
 * Each window's gradient goes to the first of its largest pixels. WASM's own kernel takes none where all are ≤ 0.
 *
 * @param dy [N,OH,OW,C]
 * @param x [N,H,W,C]
 * @param y [N,OH,OW,C]
 */
function maxPoolGradient(
  dy: tf.Tensor4D,
  x: tf.Tensor4D,
  y: tf.Tensor4D,
  attributes: PoolAttributes,
): tf.Tensor {
  const heap = heapBackend();
  if (!heap) {
    return tf.engine().runKernel(tf.MaxPoolGrad, { dy, input: x, output: y }, { ...attributes });
  }
  const info = poolInfo(x, attributes);
  return tensorOnHeap(heap, x.shape, [x, dy], (target, pixels, slopes) => {
    target.fill(0);
    forEachWindow(info, (from, window) => {
      for (let channel = 0; channel < info.inChannels; channel++) {
        let best = (window[0] ?? 0) + channel;
        for (const pixel of window)
          if ((pixels[pixel + channel] ?? 0) > (pixels[best] ?? 0)) best = pixel + channel;
        target[best] = (target[best] ?? 0) + (slopes[from + channel] ?? 0);
      }
    });
  });
}

/** Each pixel of a window gets its part of the window's gradient. There is no padding: the executor pads before. */
function averagePoolGradient(dy: tf.Tensor4D, x: tf.Tensor4D, attributes: PoolAttributes): tf.Tensor {
  const info = poolInfo(x, attributes);
  const area = info.filterHeight * info.filterWidth;
  const isGlobal = info.outHeight * info.outWidth === 1 && area === info.inHeight * info.inWidth;
  if (isGlobal) return tf.add(tf.zeros(x.shape), tf.mul(dy, 1 / area));
  const heap = heapBackend();
  if (!heap) {
    return tf.engine().runKernel(tf.AvgPoolGrad, { dy, input: x }, { ...attributes });
  }
  return tensorOnHeap(heap, x.shape, [dy], (target, slopes) => {
    target.fill(0);
    forEachWindow(info, (from, window) => {
      for (const pixel of window)
        for (let channel = 0; channel < info.inChannels; channel++) {
          const at = pixel + channel;
          target[at] = (target[at] ?? 0) + (slopes[from + channel] ?? 0) / area;
        }
    });
  });
}

/** Calls with the offset of each output position, and those of the pixels it sees inside the image. */
function forEachWindow(info: PoolInfo, visit: (from: number, window: readonly number[]) => void): void {
  const { batchSize, inHeight, inWidth, inChannels, outHeight, outWidth, padInfo } = info;
  for (let image = 0, from = 0; image < batchSize; image++) {
    for (let row = 0; row < outHeight; row++) {
      for (let column = 0; column < outWidth; column++, from += inChannels) {
        const window: number[] = [];
        for (let tapY = 0; tapY < info.filterHeight; tapY++) {
          const y = row * info.strideHeight + tapY - padInfo.top;
          for (let tapX = 0; tapX < info.filterWidth; tapX++) {
            const x = column * info.strideWidth + tapX - padInfo.left;
            const isInside = y >= 0 && y < inHeight && x >= 0 && x < inWidth;
            if (isInside) window.push(((image * inHeight + y) * inWidth + x) * inChannels);
          }
        }
        visit(from, window);
      }
    }
  }
}

function poolInfo(x: tf.Tensor4D, attributes: PoolAttributes): PoolInfo {
  const { filterSize, strides, pad, dimRoundingMode } = attributes;
  return tf.backend_util.computePool2DInfo(x.shape, filterSize, strides, 1, pad, dimRoundingMode);
}
