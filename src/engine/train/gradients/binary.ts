import * as tf from '@tensorflow/tfjs-core';
import type { GradConfig, Tensor } from '@tensorflow/tfjs-core';
import { sumToShape } from './broadcast';
import { rule, saved } from './rule';

/** Gradients of a(x, y), before they are summed over what was broadcast. */
interface Slopes {
  readonly a: (dy: Tensor, a: Tensor, b: Tensor) => Tensor;
  readonly b: (dy: Tensor, a: Tensor, b: Tensor) => Tensor;
}

function binary(kernelName: string, slopes: Slopes): GradConfig {
  return rule(kernelName, {
    inputs: ['a', 'b'],
    slopes: (dy, tensors) => {
      const [a, b] = [saved(tensors, 0), saved(tensors, 1)];
      return {
        a: () => fresh(sumToShape(slopes.a(dy, a, b), a.shape), dy),
        b: () => fresh(sumToShape(slopes.b(dy, a, b), b.shape), dy),
      };
    },
  });
}

/** tfjs disposes what it is given, so dy itself must not be. */
const fresh = (gradient: Tensor, dy: Tensor): Tensor => (gradient === dy ? tf.clone(dy) : gradient);

const asNumbers = (condition: Tensor): Tensor => tf.cast(condition, 'float32');
const pass = (dy: Tensor): Tensor => dy;
const none = (dy: Tensor): Tensor => tf.zerosLike(dy);

const comparisons = [
  tf.Equal,
  tf.NotEqual,
  tf.Greater,
  tf.GreaterEqual,
  tf.Less,
  tf.LessEqual,
  tf.LogicalAnd,
  tf.LogicalOr,
];

export const binaryRules: readonly GradConfig[] = [
  ...comparisons.map((kernelName) => binary(kernelName, { a: none, b: none })),
  binary(tf.Add, { a: pass, b: pass }),
  binary(tf.Sub, { a: pass, b: (dy) => tf.neg(dy) }),
  binary(tf.Multiply, { a: (dy, _, b) => tf.mul(dy, b), b: (dy, a) => tf.mul(dy, a) }),
  binary(tf.RealDiv, {
    a: (dy, _, b) => tf.div(dy, b),
    b: (dy, a, b) => tf.neg(tf.div(tf.mul(dy, a), tf.square(b))),
  }),
  binary(tf.SquaredDifference, {
    a: (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(a, b), 2)),
    b: (dy, a, b) => tf.mul(dy, tf.mul(tf.sub(b, a), 2)),
  }),
  binary(tf.Maximum, {
    a: (dy, a, b) => tf.mul(dy, asNumbers(tf.greaterEqual(a, b))),
    b: (dy, a, b) => tf.mul(dy, asNumbers(tf.less(a, b))),
  }),
  binary(tf.Minimum, {
    a: (dy, a, b) => tf.mul(dy, asNumbers(tf.lessEqual(a, b))),
    b: (dy, a, b) => tf.mul(dy, asNumbers(tf.greater(a, b))),
  }),
  // a mod b = a − b·⌊a/b⌋
  binary(tf.Mod, { a: pass, b: (dy, a, b) => tf.neg(tf.mul(dy, tf.floor(tf.div(a, b)))) }),
  binary(tf.Pow, {
    a: (dy, a, b) => tf.mul(dy, tf.mul(b, tf.pow(a, tf.sub(b, 1)))),
    // Real powers have a slope for the exponent above zero only.
    b: (dy, a, b) => {
      const positive = tf.greater(a, 0);
      const base = tf.where(positive, a, tf.onesLike(a));
      return tf.mul(dy, tf.mul(tf.pow(a, b), tf.log(base)));
    },
  }),
  rule(tf.Select, {
    inputs: ['condition'],
    slopes: (dy, tensors) => {
      const yes = asNumbers(saved(tensors, 0));
      return {
        condition: () => tf.zeros(yes.shape),
        t: () => tf.mul(dy, yes),
        e: () => tf.mul(dy, tf.sub(1, yes)),
      };
    },
  }),
  rule(tf.Prelu, {
    inputs: ['x', 'alpha'],
    slopes: (dy, tensors) => {
      const [x, alpha] = [saved(tensors, 0), saved(tensors, 1)];
      return {
        // Where x is negative the slope is alpha: 1 + (alpha − 1)·[x < 0].
        x: () => tf.mul(dy, tf.add(tf.mul(tf.sub(alpha, 1), tf.sub(1, tf.step(x))), 1)),
        alpha: () => sumToShape(tf.mul(dy, tf.neg(tf.relu(tf.neg(x)))), alpha.shape),
      };
    },
  }),
];
