import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startWasm } from '../../testing/wasm';
import { registerTrainingKernels } from '.';

type Sizes = readonly [number, number, number, number];
type Pads = 'same' | 'valid' | readonly [number, number, number, number];

interface ConvCase {
  readonly name: string;
  readonly input: Sizes;
  readonly filter: Sizes;
  readonly stride: number;
  readonly pads: Pads;
}

const convolutions: readonly ConvCase[] = [
  { name: '3×3', input: [2, 5, 6, 3], filter: [3, 3, 3, 4], stride: 1, pads: [1, 1, 1, 1] },
  {
    name: '3×3, stride 2, even size',
    input: [2, 6, 8, 3],
    filter: [3, 3, 3, 4],
    stride: 2,
    pads: [1, 1, 1, 1],
  },
  {
    name: '3×3, stride 2, odd size',
    input: [2, 7, 5, 3],
    filter: [3, 3, 3, 4],
    stride: 2,
    pads: [1, 1, 1, 1],
  },
  { name: 'uneven padding', input: [1, 6, 5, 2], filter: [3, 2, 2, 3], stride: 1, pads: [0, 1, 2, 0] },
  { name: 'unused last rows', input: [2, 8, 8, 2], filter: [3, 3, 2, 3], stride: 3, pads: 'valid' },
  {
    name: 'padding beyond the kernel',
    input: [1, 4, 4, 2],
    filter: [2, 2, 2, 3],
    stride: 1,
    pads: [2, 2, 2, 2],
  },
  { name: 'pointwise', input: [2, 4, 5, 3], filter: [1, 1, 3, 6], stride: 1, pads: 'valid' },
  { name: 'pointwise, stride 2', input: [2, 5, 6, 3], filter: [1, 1, 3, 6], stride: 2, pads: 'valid' },
];

const depthwise: readonly ConvCase[] = [
  { name: '3×3', input: [2, 5, 6, 3], filter: [3, 3, 3, 1], stride: 1, pads: [1, 1, 1, 1] },
  { name: 'stride 2', input: [2, 7, 6, 3], filter: [3, 3, 3, 1], stride: 2, pads: 'same' },
  { name: 'unused last rows', input: [2, 8, 8, 2], filter: [3, 3, 2, 1], stride: 3, pads: 'valid' },
  { name: 'two outputs a channel', input: [2, 5, 5, 3], filter: [3, 3, 3, 2], stride: 1, pads: 'same' },
];

beforeAll(async () => {
  await startWasm();
  registerTrainingKernels();
});

let before = 0;
beforeEach(() => {
  before = tf.memory().numTensors;
});
afterEach(() => {
  expect(tf.memory().numTensors).toBe(before);
});

describe('the gradient of a convolution agrees with the plain backend', () => {
  it.each(convolutions)('$name', async ({ input, filter, stride, pads }) => {
    await expectSameGradients(input, filter, (x, w) => tf.conv2d(x, w, stride, explicit(pads)));
  });
});

describe('the gradient of a depthwise convolution agrees with the plain backend', () => {
  it.each(depthwise)('$name', async ({ input, filter, stride, pads }) => {
    await expectSameGradients(input, filter, (x, w) =>
      tf.depthwiseConv2d(x, w, stride, asDepthwisePads(pads)),
    );
  });
});

it('the gradient of gather adds up what was taken twice', () => {
  const gradient = tf.tidy(() => {
    const x = tf.tensor2d([1, 2, 3, 4, 5, 6], [3, 2]);
    const picked = (rows: tf.Tensor): tf.Tensor => tf.gather(rows, tf.tensor1d([2, 0, 2], 'int32'));
    return Array.from(
      tf
        .grad(picked)(x, tf.tensor2d([1, 2, 10, 20, 100, 200], [3, 2]))
        .dataSync(),
    );
  });

  expect(gradient).toEqual([10, 20, 0, 0, 101, 202]);
});

async function expectSameGradients(
  input: Sizes,
  filter: Sizes,
  run: (x: tf.Tensor4D, w: tf.Tensor4D) => tf.Tensor4D,
): Promise<void> {
  const gradients = (): number[][] =>
    tf.tidy(() => {
      const [x, w] = [wave(input, 1), wave(filter, 2)];
      const dy = wave(run(x, w).shape, 3);
      const weigh = (...args: tf.Tensor[]): tf.Tensor => run(args[0] as tf.Tensor4D, args[1] as tf.Tensor4D);
      return tf
        .grads(weigh)([x, w], dy)
        .map((gradient) => Array.from(gradient.dataSync()));
    });
  const wasm = gradients();
  await tf.setBackend('cpu');
  const plain = gradients();
  await tf.setBackend('wasm');

  wasm.forEach((gradient, index) => {
    expect(gradient).toHaveLength(plain[index]?.length ?? 0);
    gradient.forEach((value, at) => expect(value).toBeCloseTo(plain[index]?.[at] ?? Number.NaN, 4));
  });
}

/** Numbers without symmetry, so that a turned or shifted result shows. */
function wave(shape: Sizes, seed: number): tf.Tensor4D {
  const size = shape.reduce((product, dim) => product * dim, 1);
  const data = Float32Array.from({ length: size }, (_, index) => Math.sin(index * 1.7 * seed + seed));
  return tf.tensor4d(data, [...shape]);
}

function explicit(pads: Pads): 'same' | 'valid' | tf.backend_util.ExplicitPadding {
  if (typeof pads === 'string') return pads;
  const [top, left, bottom, right] = pads;
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}

/** tfjs' types leave out the explicit padding that its depthwise kernels accept. */
function asDepthwisePads(pads: Pads): 'same' | 'valid' {
  return explicit(pads) as 'same';
}
