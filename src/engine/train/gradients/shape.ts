import * as tf from '@tensorflow/tfjs-core';
import type { GradConfig } from '@tensorflow/tfjs-core';
import { around } from '../../ops/spread';
import { rule, saved } from './rule';
import { unsortedSegmentSum } from './unsorted-segment-sum';

export const shapeRules: readonly GradConfig[] = [
  ...[tf.Reshape, tf.ExpandDims].map((kernelName) =>
    rule(kernelName, {
      inputs: [kernelName === tf.Reshape ? 'x' : 'input'],
      slopes: (dy, tensors) => {
        const input = saved(tensors, 0);
        return { [kernelName === tf.Reshape ? 'x' : 'input']: () => tf.reshape(dy, input.shape) };
      },
    }),
  ),
  rule<tf.TransposeAttrs>(tf.Transpose, {
    slopes: (dy, _, { perm }) => ({
      x: () =>
        tf.transpose(
          dy,
          perm.map((__, axis) => perm.indexOf(axis)),
        ),
    }),
  }),
  rule<tf.ReverseAttrs>(tf.Reverse, { slopes: (dy, _, { dims }) => ({ x: () => tf.reverse(dy, dims) }) }),
  rule<tf.SliceAttrs>(tf.Slice, {
    inputs: ['x'],
    slopes: (dy, tensors, { begin }) => ({
      x: () => {
        const { shape } = saved(tensors, 0);
        const first = Array.isArray(begin) ? begin : [begin];
        return tf.pad(
          dy,
          shape.map((dim, axis): [number, number] => {
            const before = first[axis] ?? 0;
            return [before, dim - before - (dy.shape[axis] ?? 0)];
          }),
        );
      },
    }),
  }),
  rule<tf.PadV2Attrs>(tf.PadV2, {
    inputs: ['x'],
    slopes: (dy, tensors, { paddings }) => ({
      x: () =>
        tf.slice(
          dy,
          paddings.map(([before]) => before),
          saved(tensors, 0).shape,
        ),
    }),
  }),
  rule<tf.ConcatAttrs>(tf.Concat, {
    allInputs: true,
    slopes: (dy, parts, { axis }) => {
      let start = 0;
      const slopes = parts.map(({ shape }, index) => {
        const begin = shape.map((_, each) => (each === axis ? start : 0));
        start += shape[axis] ?? 0;
        return [index, () => tf.slice(dy, begin, shape)] as const;
      });
      return Object.fromEntries(slopes);
    },
  }),
  rule<tf.TileAttrs>(tf.Tile, {
    inputs: ['x'],
    slopes: (dy, tensors, { reps }) => ({
      x: () => {
        const { shape } = saved(tensors, 0);
        // Axis by axis: copies lie beside each other before an axis is summed.
        const summed = reps.reduce((part, repeats, axis) => {
          if (repeats === 1) return part;
          const [outer, length, inner] = around(part.shape, axis);
          const copies = tf.reshape(part, [outer, repeats, (length / repeats) * inner]);
          const rest = part.shape.map((dim, each) => (each === axis ? dim / repeats : dim));
          return tf.reshape(tf.sum(copies, 1), rest);
        }, dy);
        return tf.reshape(summed, shape);
      },
    }),
  }),
  rule<tf.GatherV2Attrs>(tf.GatherV2, {
    inputs: ['x', 'indices'],
    slopes: (dy, tensors, { axis }) => {
      const [x, indices] = [saved(tensors, 0), saved(tensors, 1)];
      const [outer, length, inner] = around(x.shape, axis);
      return {
        x: () => {
          const first = tf.transpose(tf.reshape(dy, [outer, indices.size, inner]), [1, 0, 2]);
          const sums = unsortedSegmentSum(first, tf.reshape(indices, [indices.size]), length);
          return tf.reshape(tf.transpose(sums, [1, 0, 2]), x.shape);
        },
        indices: () => tf.zeros(indices.shape),
      };
    },
  }),
];
