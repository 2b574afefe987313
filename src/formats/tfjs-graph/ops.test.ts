import * as tf from '@tensorflow/tfjs';
import { beforeAll, expect, it } from 'vitest';
import { agree } from './testing/agreement';
import { tinyModel, type TinyModel, type TinyNode } from './testing/tiny';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

const ones = [1, 1, 1, 1];
const same = { strides: ones, padding: 'SAME' };
const stem: TinyNode = ['Conv2D', 'stem', ['x', 'w1'], same];
const head: TinyNode = ['Conv2D', 'y', ['h', 'w2'], same];

/** A convolution to 8 channels, what is given (from `stem` to `h`), and a convolution that reads those. */
function between(nodes: readonly TinyNode[], more: Partial<TinyModel> = {}, channels = 8): TinyModel {
  return {
    inputs: { x: [-1, 6, 6, 3] },
    outputs: ['y'],
    nodes: [stem, ...nodes, head],
    ...more,
    weights: { w1: [3, 3, 3, 8], w2: [1, 1, channels, 4], ...more.weights },
  };
}

const scale = { 'norm/scale': [8], 'norm/offset': [8], 'norm/mean': [8], 'norm/variance': [8] };
const activations = [
  'Relu',
  'Relu6',
  'Elu',
  'Selu',
  'Sigmoid',
  'Tanh',
  'Softplus',
  'Abs',
  'Square',
  'Neg',
  'Exp',
];

const networks: Record<string, TinyModel> = {
  ...Object.fromEntries(activations.map((op) => [op, between([[op, 'h', ['stem']]])])),
  'leaky relu': between([['LeakyRelu', 'h', ['stem'], { alpha: { f: 0.3 } }]]),
  prelu: between([['Prelu', 'h', ['stem', 'slopes']]], { weights: { slopes: [1, 1, 8] } }),
  'clip by value': between([['ClipByValue', 'h', ['stem', 'low', 'high']]], { ints: { low: -1, high: 1 } }),
  'bias, scale and shift by constants': between(
    [
      ['BiasAdd', 'b', ['stem', 'bias'], { data_format: 'NHWC' }],
      ['Mul', 'm', ['b', 'factor']],
      ['Sub', 's', ['m', 'shift']],
      ['RealDiv', 'd', ['s', 'divisor_variance']],
      ['Maximum', 'h', ['d', 'floor']],
    ],
    { weights: { bias: [8], factor: [1, 1, 1, 8], shift: [1, 8], divisor_variance: [8], floor: [1] } },
  ),
  'division that is 0 where the divisor is': between([
    ['Relu', 'r', ['stem']],
    ['DivNoNan', 'h', ['stem', 'r']],
  ]),
  'batch norm': between(
    [
      [
        'FusedBatchNormV3',
        'h',
        ['stem', ...Object.keys(scale)],
        { epsilon: { f: 0.01 }, is_training: false },
      ],
    ],
    { weights: scale },
  ),
  'residual adds': between(
    [
      ['Conv2D', 'a', ['stem', 'wa'], { ...same, dilations: [1, 2, 2, 1] }],
      ['AddV2', 'sum', ['stem', 'a']],
      ['AddN', 'all', ['sum', 'a', 'stem']],
      ['SquaredDifference', 'h', ['all', 'a']],
    ],
    { weights: { wa: [3, 3, 8, 8] } },
  ),
  'a gate of means': between(
    [
      ['Mean', 'means', ['stem', 'axes'], { keep_dims: true }],
      ['_FusedConv2D', 'squeeze', ['means', 'ws', 'bs'], { ...same, fused_ops: ['BiasAdd', 'Relu'] }],
      ['_FusedConv2D', 'excite', ['squeeze', 'we', 'be'], { ...same, fused_ops: ['BiasAdd', 'Sigmoid'] }],
      ['Mul', 'h', ['stem', 'excite']],
    ],
    { weights: { ws: [1, 1, 8, 4], bs: [4], we: [1, 1, 4, 8], be: [8] }, ints: { axes: [1, 2] } },
  ),
  'fused convolutions': between(
    [
      ['_FusedConv2D', 'a', ['stem', 'wa', 'ba'], { ...same, fused_ops: ['BiasAdd', 'Relu6'] }],
      ['_FusedConv2D', 'b', ['a', 'wb', 'bb', 'slopes'], { ...same, fused_ops: ['BiasAdd', 'Prelu'] }],
      [
        '_FusedConv2D',
        'h',
        ['b', 'wc', 'bc'],
        {
          strides: [1, 2, 2, 1],
          padding: 'VALID',
          fused_ops: ['BiasAdd', 'LeakyRelu'],
          leakyrelu_alpha: { f: 0.1 },
        },
      ],
    ],
    {
      weights: {
        ...{ wa: [3, 3, 8, 6], ba: [6], wb: [1, 1, 6, 5], bb: [5], slopes: [1, 1, 5], wc: [2, 2, 5, 8] },
        bc: [8],
      },
    },
  ),
  'depthwise convolutions': between(
    [
      ['DepthwiseConv2dNative', 'a', ['stem', 'wa'], { strides: [1, 2, 2, 1], padding: 'SAME' }],
      ['FusedDepthwiseConv2dNative', 'h', ['a', 'wb', 'bb'], { ...same, fused_ops: ['BiasAdd', 'Relu6'] }],
    ],
    { weights: { wa: [3, 3, 8, 1], wb: [5, 5, 8, 1], bb: [8] } },
  ),
  'explicit padding': between(
    [
      [
        'Conv2D',
        'h',
        ['stem', 'wa'],
        { strides: [1, 2, 2, 1], padding: 'EXPLICIT', explicit_paddings: [0, 0, 1, 0, 2, 1, 0, 0] },
      ],
    ],
    { weights: { wa: [3, 3, 8, 8] } },
  ),
  'pools and concat': between(
    [
      ['MaxPool', 'm', ['stem'], { ksize: [1, 3, 3, 1], strides: [1, 2, 2, 1], padding: 'SAME' }],
      ['AvgPool', 'a', ['stem'], { ksize: [1, 2, 2, 1], strides: [1, 2, 2, 1], padding: 'VALID' }],
      ['ConcatV2', 'h', ['m', 'a', 'axis']],
    ],
    { ints: { axis: -1 } },
    16,
  ),
  'dilation by blocks': between(
    [
      ['SpaceToBatchND', 'cut', ['stem', 'block', 'pads']],
      ['Conv2D', 'inner', ['cut', 'wi'], { strides: ones, padding: 'VALID' }],
      ['BiasAdd', 'biased', ['inner', 'bi']],
      ['BatchToSpaceND', 'h', ['biased', 'block', 'crops']],
    ],
    {
      weights: { wi: [3, 3, 8, 8], bi: [8] },
      ints: { block: [2, 2], pads: [[2, 2], [2, 2]], crops: [[0, 0], [0, 0]] }, // prettier-ignore
    },
  ),
  resizing: between(
    [
      ['ResizeBilinear', 'a', ['stem', 'size'], { half_pixel_centers: true }],
      ['ResizeBilinear', 'b', ['stem', 'size'], { align_corners: true }],
      ['ResizeBilinear', 'c', ['stem', 'size']],
      ['ResizeNearestNeighbor', 'd', ['stem', 'size'], { half_pixel_centers: true }],
      ['ResizeNearestNeighbor', 'e', ['stem', 'size'], { align_corners: true }],
      ['ResizeNearestNeighbor', 'f', ['stem', 'size']],
      ['AddN', 'h', ['a', 'b', 'c', 'd', 'e', 'f']],
    ],
    { ints: { size: [9, 13] } },
  ),
  'comparisons, logic and choices': between(
    [
      ['Greater', 'g', ['stem', 'zero']],
      ['Tanh', 't', ['stem']],
      ['LessEqual', 'l', ['t', 'limits']],
      ['NotEqual', 'n', ['stem', 't']],
      ['LogicalOr', 'either', ['g', 'l']],
      ['LogicalAnd', 'both', ['either', 'n']],
      ['LogicalNot', 'none', ['both']],
      ['SelectV2', 'chosen', ['none', 'stem', 't']],
      ['Cast', 'ones', ['g'], { SrcT: 'DT_BOOL', DstT: 'DT_FLOAT' }],
      ['Mul', 'h', ['chosen', 'ones']],
    ],
    { weights: { limits: [8], zero: [1] } },
  ),
  'running sums and the largest along the width': between(
    [
      ['Cumsum', 'sums', ['stem', 'axis'], { exclusive: true, reverse: true }],
      ['Transpose', 'last', ['sums', 'perm']],
      ['TopKV2', 'top', ['last', 'count'], { sorted: true }],
      ['Transpose', 'h', ['top', 'back']],
    ],
    { ints: { axis: 1, count: 3, perm: [0, 1, 3, 2], back: [0, 1, 3, 2] } },
  ),
  'where the largest is': between(
    [
      ['ArgMax', 'best', ['stem', 'axis']],
      ['Cast', 'float', ['best'], { SrcT: 'DT_INT32', DstT: 'DT_FLOAT' }],
      ['ExpandDims', 'wide', ['float', 'axis']],
      ['Mul', 'h', ['stem', 'wide']],
    ],
    { ints: { axis: 2 } },
  ),
  'transposes and matrix products': between(
    [
      ['Transpose', 'first', ['stem', 'perm']],
      ['Sigmoid', 'gate', ['first']],
      ['Transpose', 'h', ['gate', 'back']],
    ],
    { ints: { perm: [0, 3, 1, 2], back: [0, 2, 3, 1] } },
  ),
};

it.each(Object.entries(networks))('gives what tfjs gives, whole and pruned: %s', async (_, model) => {
  await agree(tinyModel(model));
});

it('gives what tfjs gives for dense layers, fused and not, transposed and not', async () => {
  const files = tinyModel({
    inputs: { x: [-1, 5] },
    outputs: ['y', 'z'],
    weights: { w1: [5, 8], w2: [6, 8], b2: [6], w3: [6, 3], w4: [6, 2], b4: [2] },
    nodes: [
      ['MatMul', 'a', ['x', 'w1'], { transpose_a: false, transpose_b: false }],
      ['_FusedMatMul', 'b', ['a', 'w2', 'b2'], { transpose_b: true, fused_ops: ['BiasAdd', 'Relu'] }],
      ['MatMul', 'logits', ['b', 'w3']],
      ['Softmax', 'y', ['logits']],
      ['_FusedMatMul', 'z', ['b', 'w4', 'b4'], { fused_ops: ['BiasAdd', 'Sigmoid'] }],
    ],
  });
  const { artifact, channels } = await agree(files);
  expect(channels.groups.map(({ id, frozen }) => [id, frozen === null])).toEqual([
    ['logits', false],
    ['b', true],
    ['a', true],
    ['z', false],
  ]);
  expect(artifact.graph.outputs.map(({ name }) => name)).toEqual(['y', 'z']);
});

it('gives what tfjs gives for channels first', async () => {
  const first = { data_format: 'NCHW', strides: ones, padding: 'SAME' };
  const model: TinyModel = {
    inputs: { x: [-1, 3, 6, 6] },
    outputs: ['y'],
    weights: { w1: [3, 3, 3, 8], w2: [1, 1, 8, 4] },
    nodes: [
      ['Conv2D', 'a', ['x', 'w1'], first],
      ['Relu', 'b', ['a']],
      ['Conv2D', 'y', ['b', 'w2'], first],
    ],
  };
  await agree(tinyModel(model));
});
