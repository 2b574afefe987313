import type { TinyModel } from '../../tfjs-graph/testing/tiny';

const same = { strides: [1, 1, 1, 1], padding: 'SAME' };

/** Kernels of all kinds and the operators that move channels, in one graph. */
export const everyOperator: TinyModel = {
  inputs: { x: [1, 6, 6, 3] },
  outputs: ['y', 'z', 'm'],
  weights: {
    w1: [3, 3, 3, 8],
    bias: [8],
    wd: [3, 3, 8, 1],
    w2: [1, 1, 4, 2],
    wu: [2, 2, 5, 8],
    wm: [128, 3],
    gamma: [8],
    beta: [8],
    mean: [8],
    variance: [8],
  },
  ints: {
    axis: 3,
    shape: [1, 128],
    size: [4, 4],
    begin: [0, 0, 0, 1],
    end: [0, 4, 4, 5],
    steps: [1, 1, 1, 1],
    block: [2, 2],
    crops: [
      [0, 0],
      [0, 0],
    ],
    pads: [
      [0, 0],
      [1, 1],
      [1, 1],
      [0, 0],
    ],
    perm: [0, 3, 1, 2],
    back: [0, 2, 3, 1],
    spatial: [1, 2],
    full: [1, 4, 4, 5],
  },
  nodes: [
    ['_FusedConv2D', 'a', ['x', 'w1', 'bias'], { ...same, fused_ops: ['BiasAdd', 'Relu6'] }],
    ['FusedBatchNormV3', 'n', ['a', 'gamma', 'beta', 'mean', 'variance'], { epsilon: { f: 0.001 } }],
    ['DepthwiseConv2dNative', 'd', ['n', 'wd'], { ...same, dilations: [1, 1, 1, 1] }],
    ['SpaceToBatchND', 'stb', ['d', 'block', 'crops']],
    ['BatchToSpaceND', 'bts', ['stb', 'block', 'crops']],
    ['ResizeBilinear', 'r', ['bts', 'size'], { half_pixel_centers: true }],
    ['Split', 's', ['axis', 'r'], { num_split: 2 }],
    ['ConcatV2', 'c', ['s:1', 's', 'axis']],
    ['StridedSlice', 'cut', ['c', 'begin', 'end', 'steps'], { begin_mask: 1, end_mask: 1 }],
    ['Conv2D', 'y', ['cut', 'w2'], same],
    ['Reshape', 'flat', ['c', 'shape']],
    ['MatMul', 'z', ['flat', 'wm'], { transpose_b: false }],
    ['Pad', 'padded', ['c', 'pads']],
    ['MaxPool', 'pool', ['padded'], { ksize: [1, 2, 2, 1], strides: [1, 2, 2, 1], padding: 'VALID' }],
    ['Transpose', 't', ['pool', 'perm']],
    ['Transpose', 'u', ['t', 'back']],
    ['Mean', 'm', ['u', 'spatial'], { keep_dims: false }],
  ],
};
