import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../engine/backends';
import { onnxFormat } from '.';
import { disagreement, pruneRandomly, randomSamples, runGraph, runOnnx } from './testing/agreement';
import { floats, int64s, tensor, tinyModel, type TinyModel } from './testing/tiny';
import { DataType } from './types';

beforeAll(async () => {
  await startBackend('wasm');
});

function scales(name: string, count: number) {
  const values = Float32Array.from({ length: count }, (_, i) => 0.01 * (i + 1));
  return tensor(name, [count], DataType.FLOAT, new Uint8Array(values.buffer));
}

/** Blocks of well-known networks, as PyTorch writes them. */
const patterns: Readonly<Record<string, TinyModel>> = {
  'a detection head that reshapes to anchors (YOLO), with a fixed batch': {
    opset: 12,
    inputs: { x: [1, 3, 8, 8] },
    outputs: ['y'],
    weights: [
      floats('w1', [8, 3, 3, 3]),
      floats('w2', [21, 8, 1, 1]),
      floats('b2', [21]),
      int64s('anchors', [1, 3, 7, 6, 6]),
      int64s('rows', [1, -1, 7]),
      ...['0', '2', '4', '7'].map((value) => int64s(`at${value}`, [Number(value)])),
      floats('grid', [1, 3, 6, 6, 2]),
    ],
    nodes: [
      ['Conv', ['x', 'w1'], ['a']],
      ['Sigmoid', ['a'], ['s']],
      ['Mul', ['a', 's'], ['silu']],
      ['Conv', ['silu', 'w2', 'b2'], ['c']],
      ['Reshape', ['c', 'anchors'], ['r']],
      ['Transpose', ['r'], ['t'], { perm: [0, 1, 3, 4, 2] }],
      ['Sigmoid', ['t'], ['p']],
      ['Slice', ['p', 'at0', 'at2', 'at4'], ['xy']],
      ['Slice', ['p', 'at2', 'at7', 'at4'], ['rest']],
      ['Add', ['xy', 'grid'], ['xy2']],
      ['Concat', ['xy2', 'rest'], ['joined'], { axis: -1 }],
      ['Reshape', ['joined', 'rows'], ['y']],
    ],
  },
  'a ConvNeXt block: LayerNormalization and MatMul on channels last, layer scale': {
    inputs: { x: ['n', 4, 6, 6] },
    outputs: ['y'],
    weights: [
      floats('dw', [4, 1, 3, 3]),
      floats('g', [4]),
      floats('b', [4], 2),
      floats('up', [4, 16]),
      floats('upb', [16]),
      floats('down', [16, 4]),
      floats('gamma', [4, 1, 1]),
    ],
    nodes: [
      ['Conv', ['x', 'dw'], ['a'], { group: 4, pads: [1, 1, 1, 1] }],
      ['Transpose', ['a'], ['t'], { perm: [0, 2, 3, 1] }],
      ['LayerNormalization', ['t', 'g', 'b'], ['n'], { axis: -1 }],
      ['MatMul', ['n', 'up'], ['m']],
      ['Add', ['m', 'upb'], ['mb']],
      ['Erf', ['mb'], ['e']],
      ['MatMul', ['e', 'down'], ['d']],
      ['Transpose', ['d'], ['u'], { perm: [0, 3, 1, 2] }],
      ['Mul', ['u', 'gamma'], ['s']],
      ['Add', ['x', 's'], ['y']],
    ],
  },
  'group normalization as PyTorch writes it, and a squeeze-and-excitation gate': {
    inputs: { x: ['n', 3, 6, 6] },
    outputs: ['y'],
    weights: [
      floats('w1', [8, 3, 1, 1]),
      int64s('groups', [0, 4, -1]),
      floats('ones', [4]),
      floats('zeros', [4], 3),
      floats('gs', [8, 1, 1]),
      floats('reduce', [4, 8, 1, 1]),
      floats('grow', [8, 4, 1, 1]),
      floats('w2', [2, 8, 1, 1]),
    ],
    nodes: [
      ['Conv', ['x', 'w1'], ['a']],
      ['Reshape', ['a', 'groups'], ['r']],
      ['InstanceNormalization', ['r', 'ones', 'zeros'], ['i']],
      ['Shape', ['a'], ['shape']],
      ['Reshape', ['i', 'shape'], ['n']],
      ['Mul', ['n', 'gs'], ['m']],
      ['GlobalAveragePool', ['m'], ['p']],
      ['Conv', ['p', 'reduce'], ['q']],
      ['Relu', ['q'], ['qr']],
      ['Conv', ['qr', 'grow'], ['g']],
      ['HardSigmoid', ['g'], ['h']],
      ['Mul', ['h', 'm'], ['z']],
      ['Conv', ['z', 'w2'], ['y']],
    ],
  },
  'self-attention over positions, in the order [sequence, batch, features]': {
    inputs: { x: ['n', 3, 4, 4] },
    outputs: ['y'],
    weights: [
      floats('w1', [8, 3, 1, 1]),
      int64s('flat', [0, 8, 16]),
      floats('wq', [8, 8]),
      floats('wk', [8, 8], 2),
      floats('wv', [8, 8], 3),
      floats('wo', [8, 4], 4),
    ],
    nodes: [
      ['Conv', ['x', 'w1'], ['a']],
      ['Reshape', ['a', 'flat'], ['f']],
      ['Transpose', ['f'], ['s'], { perm: [2, 0, 1] }],
      ['MatMul', ['s', 'wq'], ['q']],
      ['MatMul', ['s', 'wk'], ['k']],
      ['MatMul', ['s', 'wv'], ['v']],
      ['Transpose', ['q'], ['qt'], { perm: [1, 0, 2] }],
      ['Transpose', ['k'], ['kt'], { perm: [1, 2, 0] }],
      ['Transpose', ['v'], ['vt'], { perm: [1, 0, 2] }],
      ['MatMul', ['qt', 'kt'], ['scores']],
      ['Softmax', ['scores'], ['weights'], { axis: -1 }],
      ['MatMul', ['weights', 'vt'], ['o']],
      ['MatMul', ['o', 'wo'], ['y']],
    ],
  },
  'a decoder: transposed convolution, bilinear upsampling by computed sizes, pixel shuffle': {
    inputs: { x: ['n', 3, 6, 6] },
    outputs: ['y'],
    weights: [
      floats('w1', [8, 3, 3, 3]),
      floats('up', [8, 6, 2, 2]),
      floats('w3', [8, 6, 1, 1]),
      floats('w4', [2, 2, 1, 1]),
      int64s('zero', [0]),
      int64s('two', [2]),
      int64s('size', [11, 9]),
    ],
    nodes: [
      ['Conv', ['x', 'w1'], ['a'], { strides: [2, 2], pads: [1, 1, 1, 1] }],
      ['ConvTranspose', ['a', 'up'], ['b'], { strides: [2, 2] }],
      ['Shape', ['b'], ['s']],
      ['Slice', ['s', 'zero', 'two'], ['nc']],
      ['Concat', ['nc', 'size'], ['target'], { axis: 0 }],
      [
        'Resize',
        ['b', '', '', 'target'],
        ['c'],
        { mode: 'linear', coordinate_transformation_mode: 'align_corners' },
      ],
      ['Conv', ['c', 'w3'], ['d']],
      ['DepthToSpace', ['d'], ['e'], { blocksize: 2, mode: 'CRD' }],
      ['Conv', ['e', 'w4'], ['y']],
    ],
  },
  'quantised layers between QuantizeLinear and DequantizeLinear, scaled by channel': {
    inputs: { x: ['n', 3, 6, 6] },
    outputs: ['y'],
    weights: [
      floats('xs', []),
      tensor('xz', [], DataType.UINT8, Uint8Array.of(120)),
      tensor(
        'q1',
        [8, 3, 1, 1],
        DataType.INT8,
        Uint8Array.from({ length: 24 }, (_, i) => i * 11),
      ),
      scales('s1', 8),
      tensor('z1', [8], DataType.INT8, new Uint8Array(8)),
      tensor(
        'q2',
        [4, 8, 1, 1],
        DataType.INT8,
        Uint8Array.from({ length: 32 }, (_, i) => i * 7),
      ),
      scales('s2', 4),
      tensor('z2', [4], DataType.INT8, new Uint8Array(4)),
    ],
    nodes: [
      ['QuantizeLinear', ['x', 'xs', 'xz'], ['xq']],
      ['DequantizeLinear', ['xq', 'xs', 'xz'], ['xd']],
      ['DequantizeLinear', ['q1', 's1', 'z1'], ['w1'], { axis: 0 }],
      ['Conv', ['xd', 'w1'], ['a']],
      ['Relu', ['a'], ['b']],
      ['DequantizeLinear', ['q2', 's2', 'z2'], ['w2'], { axis: 0 }],
      ['Conv', ['b', 'w2'], ['y']],
    ],
  },
  'sequences: 1-D convolutions, batch norm and pooling': {
    inputs: { x: ['n', 3, 20] },
    outputs: ['y'],
    weights: [
      floats('w1', [8, 3, 5]),
      ...['scale', 'offset', 'mean'].map((name, i) => floats(name, [8], i + 1)),
      floats('one', [8], 0.01),
      floats('w2', [4, 8, 1]),
    ],
    nodes: [
      ['Conv', ['x', 'w1'], ['a'], { dilations: [2], pads: [4, 4] }],
      ['Abs', ['one'], ['variance']],
      ['BatchNormalization', ['a', 'scale', 'offset', 'mean', 'variance'], ['b']],
      ['MaxPool', ['b'], ['p'], { kernel_shape: [3], strides: [2], ceil_mode: 1 }],
      ['Conv', ['p', 'w2'], ['y']],
    ],
  },
};

describe.each(Object.entries(patterns))('%s', (_, model) => {
  const file = { name: 'tiny.onnx', bytes: tinyModel(model) };
  const batches = Object.values(model.inputs)[0]?.[0] === 1 ? [1] : [1, 3];

  it.each([1, 0.6])('runs as elsewhere, with %s of the channels', async (share) => {
    expect(onnxFormat.read([file]).notes).toEqual([]);
    const { files, sliced } = pruneRandomly([file], share, 5);
    for (const batch of batches) {
      const samples = randomSamples(sliced, batch);
      const elsewhere = await runOnnx(files[0]?.bytes ?? file.bytes, samples);
      expect(disagreement(runGraph(sliced, samples), elsewhere)).toBeLessThan(1e-4);
    }
  });
});
