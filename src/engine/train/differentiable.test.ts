import * as tf from '@tensorflow/tfjs-core';
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
});

describe('gradients agree with those of the plain operations', () => {
  it('of batch norm, through the batch’s mean and variance', () => {
    const x = wave([4, 3, 5, 2], 1);
    const [scale, offset, dy] = [tf.tensor1d([0.5, -2]), tf.tensor1d([1, 3]), wave([4, 3, 5, 2], 2)];
    expectSameGradients(
      [x, scale, offset],
      dy,
      ([a, b, c]) => trainingBatchNorm(a, b as tf.Tensor1D, c as tf.Tensor1D, 1e-3).y,
      ([a, b, c]) => {
        const mean = tf.mean(a, [0, 1, 2]);
        const variance = tf.mean(tf.square(tf.sub(a, mean)), [0, 1, 2]);
        return tf.add(tf.mul(tf.div(tf.sub(a, mean), tf.sqrt(tf.add(variance, 1e-3))), b), c);
      },
    );
  });
});

it('batch norm tells the batch’s statistics', () => {
  const x = tf.tensor2d([1, 10, 3, 30], [2, 2]);
  const { mean, variance, y } = trainingBatchNorm(x, tf.tensor1d([1, 1]), tf.tensor1d([0, 5]), 0);

  expect(numbers(mean)).toEqual([2, 20]);
  expect(numbers(variance)).toEqual([1, 100]);
  expect(numbers(y)).toEqual([-1, 4, 1, 6]);
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
