import * as tf from '@tensorflow/tfjs-core';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { startWasm } from '../testing/wasm';
import { trainingBatchNorm } from './batch-norm';
import { registerGradients } from './gradients';
import { columnSums } from './gradients/broadcast';

beforeAll(async () => {
  await startWasm();
  registerGradients();
});

describe('columnSums', () => {
  it('adds up rows', () => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    expect(numbers(columnSums(x))).toEqual([9, 12]);
  });

  it('adds up the pixels of maps', () => {
    const x = tf.reshape(tf.range(0, 24), [2, 3, 2, 2]);
    expect(numbers(columnSums(x))).toEqual([132, 144]);
  });

  it('adds up any number of rows of any width', () => {
    const size = fc.tuple(fc.integer({ min: 1, max: 3000 }), fc.integer({ min: 1, max: 19 }));
    const holds = ([rows, channels]: readonly [number, number]) => {
      const x = tf.reshape(tf.mod(tf.range(0, rows * channels), 7), [rows, channels]);
      expect(numbers(columnSums(x))).toEqual(numbers(tf.sum(x, 0)));
    };
    fc.assert(
      fc.property(size, (each) => tf.tidy(() => holds(each))),
      { numRuns: 40 },
    );
  });
});

describe('gradients agree with those of the plain operations', () => {
  it.each([2, 4, 6, 9, 16])(
    'of batch norm of %i channels, through the batch’s mean and variance',
    (channels) => {
      const [shape, vector] = [[4, 3, 5, channels], [channels]];
      const [x, scale, offset] = [tf.add(wave(shape, 1), 3), wave(vector, 3), wave(vector, 4)];
      expectSameGradients(
        [x, scale, offset],
        wave(shape, 2),
        ([a, b, c]) => trainingBatchNorm(a, b as tf.Tensor1D, c as tf.Tensor1D, 1e-3).y,
        ([a, b, c]) => {
          const mean = tf.mean(a, [0, 1, 2]);
          const variance = tf.mean(tf.square(tf.sub(a, mean)), [0, 1, 2]);
          return tf.add(tf.mul(tf.div(tf.sub(a, mean), tf.sqrt(tf.add(variance, 1e-3))), b), c);
        },
      );
    },
  );
});

describe('batch norm', () => {
  it.each([3, 5, 8])('normalises %i channels and tells the batch’s statistics', (channels) => {
    const x = tf.mul(tf.ones([2, channels]), tf.tensor2d([1, 3], [2, 1]));
    const [scale, offset] = [tf.range(1, channels + 1), tf.fill([channels], 5)];
    const { mean, variance, y } = trainingBatchNorm(x, scale, offset as tf.Tensor1D, 0);

    expect(numbers(mean)).toEqual(new Array(channels).fill(2));
    expect(numbers(variance)).toEqual(new Array(channels).fill(1));
    const scales = numbers(scale);
    expect(numbers(y)).toEqual([...scales.map((each) => 5 - each), ...scales.map((each) => 5 + each)]);
  });
});

type Triple = [tf.Tensor, tf.Tensor, tf.Tensor];

function expectSameGradients(
  inputs: Triple,
  dy: tf.Tensor,
  ours: (inputs: Triple) => tf.Tensor,
  plain: (inputs: Triple) => tf.Tensor,
): void {
  const gradients = (run: (inputs: Triple) => tf.Tensor): number[][] =>
    tf
      .grads((...args: tf.Tensor[]) => run(args as Triple))(inputs, dy)
      .map(numbers);
  const [found, wanted] = [gradients(ours), gradients(plain)];
  found.forEach((gradient, index) => {
    expect(gradient).toHaveLength(wanted[index]?.length ?? 0);
    gradient.forEach((value, at) => expect(value).toBeCloseTo(wanted[index]?.[at] ?? Number.NaN, 4));
  });
}

function wave(shape: number[], seed: number): tf.Tensor {
  const size = shape.reduce((product, dim) => product * dim, 1);
  return tf.tensor(
    Float32Array.from({ length: size }, (_, index) => Math.sin(index * 1.7 * seed + seed)),
    shape,
  );
}

function numbers(tensor: tf.Tensor): number[] {
  return Array.from(tensor.dataSync());
}
