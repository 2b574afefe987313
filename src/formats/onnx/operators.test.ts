import { beforeAll, describe, expect, it } from 'vitest';
import { startBackend } from '../../engine/backends';
import { onnxFormat } from '.';
import { disagreement, randomSamples, runGraph, runOnnx } from './testing/agreement';
import { floats, int64s, tinyModel, type TinyNode } from './testing/tiny';

beforeAll(async () => {
  await startBackend('wasm');
});

const weights = [
  floats('w', [5, 4]),
  floats('t', [2, 5, 4]),
  floats('half', []),
  int64s('pads', [0, 0, 1, 2, 0, 0, 2, 1]),
  int64s('axis', [2], []),
  int64s('below', [-1], []),
  int64s('two', [2]),
  int64s('sizes', [1, 3, 7, 2]),
];

/** On an input [batch, 3, 5, 4]. */
const cases: Readonly<Record<string, readonly TinyNode[]>> = {
  'Einsum of a batch of matrices': [['Einsum', ['x', 'x'], ['y'], { equation: 'nchw,nckw->nchk' }]],
  'Einsum that sums and permutes': [['Einsum', ['x'], ['y'], { equation: 'nchw->nwc' }]],
  'Einsum without an arrow': [['Einsum', ['x', 'w'], ['y'], { equation: 'abcd,cd' }]],
  'Einsum with an ellipsis': [['Einsum', ['x', 'w'], ['y'], { equation: '...hw,kw->...kh' }]],
  'Einsum of an outer product': [['Einsum', ['x', 't'], ['y'], { equation: 'nchw,bkw->nhkbw' }]],
  'Pad that wraps around': [['Pad', ['x', 'pads'], ['y'], { mode: 'wrap' }]],
  'CumSum from the end': [['CumSum', ['x', 'axis'], ['y'], { reverse: 1, exclusive: 1 }]],
  'Trilu above a diagonal': [['Trilu', ['x', 'below'], ['y']]],
  'Trilu below a diagonal': [['Trilu', ['x', 'below'], ['y'], { upper: 0 }]],
  'Mod of real numbers': [['Mod', ['x', 'half'], ['y'], { fmod: 1 }]],
  'Mod of constants': [
    ['Mod', ['w', 'half'], ['m'], { fmod: 1 }],
    ['Add', ['x', 'm'], ['y']],
  ],
  'Where with computed conditions': [
    ['Greater', ['x', 'half'], ['a']],
    ['Less', ['x', 'w'], ['b']],
    ['Or', ['a', 'b'], ['c']],
    ['Not', ['c'], ['d']],
    ['Where', ['d', 'x', 'half'], ['y']],
  ],
  'Cast to whole numbers': [
    ['Mul', ['x', 'half'], ['a']],
    ['Div', ['a', 'w'], ['b']],
    ['Cast', ['b'], ['i'], { to: 7 }],
    ['Cast', ['i'], ['y'], { to: 1 }],
  ],
  'ArgMin along channels, as numbers': [
    ['ArgMin', ['x'], ['i'], { axis: 1, keepdims: 0 }],
    ['Cast', ['i'], ['y'], { to: 1 }],
  ],
  'TopK along the width': [['TopK', ['x', 'two'], ['y', 'where']]],
  'Resize with cubic antialiasing': [
    ['Resize', ['x', '', '', 'sizes'], ['y'], { mode: 'cubic', antialias: 1 }],
  ],
  'LayerNormalization over three axes': [['LayerNormalization', ['x', 'w'], ['y'], { axis: 2 }]],
};

describe('as ONNX Runtime computes them', () => {
  it.each(Object.entries(cases))('%s', async (_, nodes) => {
    const bytes = tinyModel({
      opset: 19,
      irVersion: 9,
      inputs: { x: [1, 3, 5, 4] },
      outputs: ['y'],
      weights,
      nodes,
    });
    const { graph, notes } = onnxFormat.read([{ name: 'tiny.onnx', bytes }]);
    expect(notes).toEqual([]);
    const samples = randomSamples(graph, 1);
    expect(disagreement(runGraph(graph, samples), await runOnnx(bytes, samples))).toBeLessThan(1e-5);
  });
});

describe('left alone where implementations differ', () => {
  it.each<[string, TinyNode]>([
    [
      'a dilated window that keeps the size',
      ['MaxPool', ['x'], ['y'], { kernel_shape: [2, 2], dilations: [2, 2], auto_pad: 'SAME_UPPER' }],
    ],
    [
      'a stride beyond the kernel that keeps the size',
      ['ConvTranspose', ['x', 'k'], ['y'], { strides: [3, 3], auto_pad: 'SAME_UPPER' }],
    ],
    ['squares that are summed over no axes', ['ReduceSumSquare', ['x'], ['y'], { noop_with_empty_axes: 1 }]],
  ])('%s', (_, node) => {
    const k = floats('k', [3, 2, 2, 2]);
    const bytes = tinyModel({
      opset: 19,
      inputs: { x: [1, 3, 5, 4] },
      outputs: ['y'],
      weights: [k],
      nodes: [node],
    });
    const { notes } = onnxFormat.read([{ name: 'tiny.onnx', bytes }]);
    expect(notes).toEqual([expect.stringContaining('is passed through untouched')]);
  });
});
