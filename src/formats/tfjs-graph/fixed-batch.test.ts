import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import { agree, prune } from './testing/agreement';
import { tinyModel, type TinyModel } from './testing/tiny';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const same = { strides: [1, 1, 1, 1], padding: 'SAME' };
const oneByOne = (operator: string) =>
  `The file is for one sample at a time, and ${operator} depends on it: samples run one by one.`;

const rows: TinyModel = {
  inputs: { x: [1, 4, 4, 3] },
  outputs: ['boxes', 'scores'],
  weights: { w1: [3, 3, 3, 8], w2: [3, 3, 8, 6], w3: [1, 1, 6, 6] },
  ints: { rows: [-1, 6], begin: [0, 0], end: [16, 4], from: [0, 4], size: [16, 2], ones: [1, 1] },
  nodes: [
    ['Conv2D', 'a', ['x', 'w1'], same],
    ['Relu', 'ar', ['a']],
    ['Conv2D', 'b', ['ar', 'w2'], same],
    ['Relu', 'br', ['b']],
    ['Conv2D', 'c', ['br', 'w3'], same],
    ['Reshape', 'flat', ['c', 'rows']],
    ['StridedSlice', 'boxes', ['flat', 'begin', 'end', 'ones']],
    ['Slice', 'logits', ['flat', 'from', 'size']],
    ['Softmax', 'scores', ['logits']],
  ],
};

const windows: TinyModel = {
  inputs: { x: [1, 4, 4, 3] },
  outputs: ['y'],
  weights: { w1: [3, 3, 3, 8], w2: [8, 6], w3: [6, 8], w4: [1, 1, 8, 2] },
  ints: {
    apart: [1, 2, 2, 2, 2, 8],
    swap: [0, 1, 3, 2, 4, 5],
    windows: [4, 4, 8],
    back: [1, 2, 2, 2, 2, 8],
    map: [1, 4, 4, 8],
  },
  nodes: [
    ['Conv2D', 'a', ['x', 'w1'], same],
    ['Relu', 'ar', ['a']],
    ['Reshape', 'cut', ['ar', 'apart']],
    ['Transpose', 'swapped', ['cut', 'swap']],
    ['Reshape', 'each', ['swapped', 'windows']],
    ['BatchMatMulV2', 'scores', ['each', 'each'], { adj_y: true }],
    ['Softmax', 'weights', ['scores']],
    ['BatchMatMulV2', 'mixed', ['weights', 'each']],
    ['Reshape', 'joined', ['mixed', 'back']],
    ['Transpose', 'swappedBack', ['joined', 'swap']],
    ['Reshape', 'whole', ['swappedBack', 'map']],
    ['AddV2', 'h', ['ar', 'whole']],
    ['Conv2D', 'y', ['h', 'w4'], same],
  ],
};

it('prunes a detector whose outputs have no batch axis', async () => {
  const { artifact, channels } = await agree(tinyModel(rows), [1], [oneByOne('Reshape "flat"')]);
  expect(channels.groups.filter(({ frozen }) => frozen === null).map(({ id }) => id)).toEqual(['b', 'a']);
  const shapes = artifact.graph.outputs.map(({ value }) => artifact.graph.values.get(value)?.shape);
  expect(shapes).toEqual([
    [1, 16, 4],
    [1, 16, 2],
  ]);
});

it('prunes a network whose windows take the place of the batch', async () => {
  const { channels } = await agree(tinyModel(windows), [1], [oneByOne('Reshape "each"')]);
  expect(channels.groups.find(({ id }) => id === 'a')?.frozen).toBeNull();
});

it('says what to do where the file is for several samples', () => {
  const { artifact } = prune(tinyModel({ ...rows, inputs: { x: [2, 4, 4, 3] } }));
  expect(artifact.notes).toEqual([
    'Reshape "flat" is passed through untouched: it merges the batch with other axes.',
    'The file is for 2 samples at a time; exported for one, more of it can be pruned.',
  ]);
});
