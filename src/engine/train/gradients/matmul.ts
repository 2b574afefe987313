import * as tf from '@tensorflow/tfjs-core';
import type { GradConfig, Tensor } from '@tensorflow/tfjs-core';
import { sumToShape } from './broadcast';
import { rule, saved } from './rule';

/** With the last two axes exchanged. On WASM only products of untransposed operands are fast. */
function turned(x: Tensor): Tensor {
  const axes = x.shape.map((_, axis) => axis);
  return tf.transpose(x, [...axes.slice(0, -2), x.rank - 1, x.rank - 2]);
}

export const matmulRules: readonly GradConfig[] = [
  rule<tf.BatchMatMulAttrs>(tf.BatchMatMul, {
    inputs: ['a', 'b'],
    slopes: (dy, tensors, { transposeA, transposeB }) => {
      const [a, b] = [saved(tensors, 0), saved(tensors, 1)];
      return {
        a: () => {
          const gradient = tf.matMul(dy, transposeB ? b : turned(b));
          return sumToShape(transposeA ? turned(gradient) : gradient, a.shape);
        },
        b: () => {
          const gradient = tf.matMul(transposeA ? a : turned(a), dy);
          return sumToShape(transposeB ? turned(gradient) : gradient, b.shape);
        },
      };
    },
  }),
];
