import * as tf from '@tensorflow/tfjs-core';
import type { GradConfig, Tensor } from '@tensorflow/tfjs-core';
import { emptyOnHeap } from '../../ops/heap';
import { relu6Gradient, reluGradient, type MaskCode } from '../../simd/masks';
import { simdBackend } from '../../simd/simd';
import { rule, saved } from './rule';

/** The largest float32: XNNPACK's clamp refuses infinities. */
const LARGEST = 3.4028234663852886e38;

/** dx = slope(x)·dy */
function ofInput(kernelName: string, slope: (x: Tensor) => Tensor): GradConfig {
  return rule(kernelName, {
    inputs: ['x'],
    slopes: (dy, tensors) => ({ x: () => tf.mul(dy, slope(saved(tensors, 0))) }),
  });
}

/** dx = slope(y)·dy, where y is the result */
function ofOutput(kernelName: string, slope: (y: Tensor) => Tensor): GradConfig {
  return rule(kernelName, {
    outputs: [true],
    slopes: (dy, tensors) => ({ x: () => tf.mul(dy, slope(saved(tensors, 0))) }),
  });
}

/** dx = dy where y is between the limits, else 0; in one pass where there is vector code. */
function masked(kernelName: string, code: MaskCode, slope: (y: Tensor) => Tensor): GradConfig {
  return rule(kernelName, {
    outputs: [true],
    slopes: (dy, tensors) => ({
      x: () => {
        const y = saved(tensors, 0);
        const simd = simdBackend();
        if (!simd || y.size < 4) return tf.mul(dy, slope(y));
        const result = emptyOnHeap(simd.heap, y.shape);
        const [target, from] = [simd.addressOf(result), simd.addressOf(dy)];
        simd.run(code, { target, dy: from, y: simd.addressOf(y), last: 4 * (y.size - 4) });
        return result;
      },
    }),
  });
}

/** Steps have no slope. */
function flat(kernelName: string): GradConfig {
  return rule(kernelName, {
    inputs: ['x'],
    slopes: (_, tensors) => ({ x: () => tf.zeros(saved(tensors, 0).shape) }),
  });
}

/** Klambauer et al. 2017; y + λα is the slope below zero. */
const SELU = { scale: 1.0507009873554805, scaleAlpha: 1.7580993408473768 };

export const unaryRules: readonly GradConfig[] = [
  ...[
    tf.Ceil,
    tf.Floor,
    tf.Round,
    tf.Sign,
    tf.Step,
    tf.ZerosLike,
    tf.OnesLike,
    tf.ArgMax,
    tf.ArgMin,
    tf.LogicalNot,
    tf.IsNan,
    tf.Any,
  ].map(flat),
  ofInput(tf.Abs, (x) => tf.sign(x)),
  ofInput(tf.Atan, (x) => tf.reciprocal(tf.add(tf.square(x), 1))),
  ofInput(tf.Cos, (x) => tf.neg(tf.sin(x))),
  ofInput(tf.Sin, (x) => tf.cos(x)),
  ofInput(tf.Erf, (x) => tf.mul(tf.exp(tf.neg(tf.square(x))), 2 / Math.sqrt(Math.PI))),
  ofInput(tf.Log, (x) => tf.reciprocal(x)),
  ofInput(tf.Log1p, (x) => tf.reciprocal(tf.add(x, 1))),
  ofInput(tf.Softplus, (x) => tf.sigmoid(x)),
  ofInput(tf.Square, (x) => tf.mul(x, 2)),
  ofOutput(tf.Elu, (y) => tf.add(tf.clipByValue(y, -LARGEST, 0), 1)),
  ofOutput(tf.Exp, (y) => y),
  ofOutput(tf.Expm1, (y) => tf.add(y, 1)),
  ofOutput(tf.Reciprocal, (y) => tf.neg(tf.square(y))),
  masked(tf.Relu, reluGradient, (y) => tf.step(y)),
  masked(tf.Relu6, relu6Gradient, (y) => tf.mul(tf.step(y), tf.step(tf.sub(6, y)))),
  ofOutput(tf.Rsqrt, (y) => tf.mul(tf.mul(tf.square(y), y), -0.5)),
  ofOutput(tf.Selu, (y) => {
    const below = tf.add(tf.clipByValue(y, -LARGEST, 0), SELU.scaleAlpha);
    return tf.add(below, tf.mul(tf.step(y), SELU.scale - SELU.scaleAlpha));
  }),
  ofOutput(tf.Sigmoid, (y) => tf.mul(y, tf.sub(1, y))),
  ofOutput(tf.Sqrt, (y) => tf.div(0.5, y)),
  ofOutput(tf.Tanh, (y) => tf.sub(1, tf.square(y))),
  rule(tf.Neg, { slopes: (dy) => ({ x: () => tf.neg(dy) }) }),
  rule(tf.Identity, { slopes: (dy) => ({ x: () => tf.clone(dy) }) }),
  rule(tf.Cast, { slopes: (dy) => ({ x: () => tf.cast(dy, 'float32') }) }),
  rule<tf.ClipByValueAttrs>(tf.ClipByValue, {
    inputs: ['x'],
    slopes: (dy, tensors, { clipValueMin, clipValueMax }) => ({
      x: () => {
        const x = saved(tensors, 0);
        const inside = tf.logicalAnd(tf.greaterEqual(x, clipValueMin), tf.lessEqual(x, clipValueMax));
        return tf.mul(dy, tf.cast(inside, 'float32'));
      },
    }),
  }),
];
