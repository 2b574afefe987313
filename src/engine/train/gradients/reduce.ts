import * as tf from '@tensorflow/tfjs-core';
import type { GradConfig, Tensor } from '@tensorflow/tfjs-core';
import { stretch } from './broadcast';
import { rule, saved } from './rule';

interface ReduceAttributes {
  readonly axis?: number | readonly number[] | null;
  /** What the kernel of the maximum calls its axes. */
  readonly reductionIndices?: number | readonly number[] | null;
}

function axesOf({ axis, reductionIndices }: ReduceAttributes, { shape }: Tensor): number[] {
  const axes = axis ?? reductionIndices ?? shape.map((_, each) => each);
  return tf.util.parseAxisParam(typeof axes === 'number' ? axes : [...axes], shape);
}

/** A reduced tensor with its reduced axes back, of length 1. */
function withAxes(reduced: Tensor, attributes: ReduceAttributes, x: Tensor): Tensor {
  const axes = axesOf(attributes, x);
  return tf.reshape(
    reduced,
    x.shape.map((dim, axis) => (axes.includes(axis) ? 1 : dim)),
  );
}

/** Of equals each has its share. */
const ofExtreme = (kernelName: string): GradConfig =>
  rule<ReduceAttributes>(kernelName, {
    inputs: ['x'],
    outputs: [true],
    slopes: (dy, tensors, attributes) => ({
      x: () => {
        const x = saved(tensors, 0);
        const isExtreme = tf.cast(tf.equal(x, withAxes(saved(tensors, 1), attributes, x)), 'float32');
        const share = tf.div(withAxes(dy, attributes, x), tf.sum(isExtreme, axesOf(attributes, x), true));
        return tf.mul(isExtreme, share);
      },
    }),
  });

/** The product of all others in each row. */
function othersProduct(rows: Tensor): Tensor {
  return tf.mul(tf.cumprod(rows, 1, true, false), tf.cumprod(rows, 1, true, true));
}

export const reduceRules: readonly GradConfig[] = [
  ofExtreme(tf.Max),
  ofExtreme(tf.Min),
  rule<ReduceAttributes>(tf.Sum, {
    inputs: ['x'],
    slopes: (dy, tensors, attributes) => {
      const x = saved(tensors, 0);
      return { x: () => stretch(withAxes(dy, attributes, x), x.shape) };
    },
  }),
  rule<ReduceAttributes>(tf.Mean, {
    inputs: ['x'],
    slopes: (dy, tensors, attributes) => {
      const x = saved(tensors, 0);
      return { x: () => stretch(tf.mul(withAxes(dy, attributes, x), dy.size / x.size), x.shape) };
    },
  }),
  rule<ReduceAttributes>(tf.Prod, {
    inputs: ['x'],
    slopes: (dy, tensors, attributes) => ({
      x: () => {
        const x = saved(tensors, 0);
        const axes = axesOf(attributes, x);
        const kept = x.shape.flatMap((_, axis) => (axes.includes(axis) ? [] : [axis]));
        const order = [...kept, ...axes];
        const moved = tf.transpose(x, order);
        const others = tf.reshape(othersProduct(tf.reshape(moved, [dy.size, x.size / dy.size])), moved.shape);
        const back = tf.transpose(
          others,
          order.map((_, axis) => order.indexOf(axis)),
        );
        return tf.mul(back, withAxes(dy, attributes, x));
      },
    }),
  }),
  rule(tf.Softmax, {
    outputs: [true],
    slopes: (dy, tensors) => ({
      logits: () => {
        const y = saved(tensors, 0);
        const product = tf.mul(dy, y);
        return tf.sub(product, tf.mul(y, tf.sum(product, -1, true)));
      },
    }),
  }),
  rule(tf.LogSoftmax, {
    outputs: [true],
    slopes: (dy, tensors) => ({
      logits: () => tf.sub(dy, tf.mul(tf.exp(saved(tensors, 0)), tf.sum(dy, -1, true))),
    }),
  }),
  rule<tf.CumsumAttrs>(tf.Cumsum, {
    slopes: (dy, _, { axis, exclusive, reverse }) => ({ x: () => tf.cumsum(dy, axis, exclusive, !reverse) }),
  }),
  rule<tf.TopKAttrs>(tf.TopK, {
    inputs: ['x'],
    outputs: [false, true],
    slopes: (dy, tensors) => ({
      x: () => {
        const [x, indices] = [saved(tensors, 0), saved(tensors, 1)];
        const [length = 1, count = 1] = [x.shape.at(-1), indices.shape.at(-1)];
        const rows = x.size / length;
        const places = tf.cast(tf.oneHot(tf.reshape(indices, [rows * count]), length), 'float32');
        const spread = tf.mul(places, tf.reshape(dy, [rows * count, 1]));
        return tf.reshape(tf.sum(tf.reshape(spread, [rows, count, length]), 1), x.shape);
      },
    }),
  }),
];
