import {
  concat,
  conv2d as plainConv2d,
  depthwiseConv2d,
  fused,
  getBackend,
  mul,
  pad,
  reshape,
  reverse,
  slice,
  tensor2d,
  transpose,
} from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { Conv2dNode, ConvTranspose2dNode, Pads, Pair } from '../../graph/nodes';
import { rank1, rank4 } from './rank';
import { insertZeros } from './spread';

export type FusedActivation = 'linear' | 'relu' | 'relu6';

type ConvAttributes = Pick<Conv2dNode, 'strides' | 'dilations' | 'pads' | 'groups'>;

/**
 * Convolution of x [N,H,W,Ci] with kernel [KH,KW,Ci/groups,Co], then `bias` [Co] and `activation` when given.
 * With a bias or an activation the fused kernels run; on WASM these want a bias that was uploaded as it is.
 */
export function conv2d(
  x: Tensor,
  kernel: Tensor,
  attributes: ConvAttributes,
  bias: Tensor | null = null,
  activation: FusedActivation = 'linear',
): Tensor4D {
  const { strides, dilations, groups } = attributes;
  const [input, pads] = cropNegativePads(rank4(x), attributes.pads);
  const spread = Math.max(...strides) > 1 && Math.max(...dilations) > 1;
  const filter = spread ? dilateKernel(rank4(kernel), dilations) : rank4(kernel);
  const rest = { strides, dilations: spread ? ONES : dilations, pads };
  const channels = input.shape[3];
  if (groups === 1) return denseConv(input, filter, rest, bias, activation);
  if (groups === channels) return depthwiseConv(input, filter, rest, bias, activation);
  return groupedConv(input, filter, groups, rest, bias, activation);
}

/** Transposed convolution as a convolution over the zero-dilated input, for every stride, dilation and group. */
export function convTranspose2d(
  x: Tensor,
  kernel: Tensor,
  node: Pick<ConvTranspose2dNode, 'strides' | 'dilations' | 'pads' | 'outputPadding' | 'groups'>,
): Tensor4D {
  const [strideY, strideX] = node.strides;
  const filter = forwardKernel(rank4(kernel), node.groups);
  const reach = [
    node.dilations[0] * (filter.shape[0] - 1),
    node.dilations[1] * (filter.shape[1] - 1),
  ] as const;
  const [top, left, bottom, right] = node.pads;
  const pads: Pads = [
    reach[0] - top,
    reach[1] - left,
    reach[0] - bottom + node.outputPadding[0] - (strideY - 1),
    reach[1] - right + node.outputPadding[1] - (strideX - 1),
  ];
  const spread = insertZeros(insertZeros(rank4(x), 1, strideY), 2, strideX);
  return conv2d(spread, filter, { strides: ONES, dilations: node.dilations, pads, groups: node.groups });
}

const ONES: Pair = [1, 1];

interface PlainAttributes {
  readonly strides: Pair;
  readonly dilations: Pair;
  readonly pads: Pads;
}

type Shape4 = [number, number, number, number];
type ExplicitPads = [[number, number], [number, number], [number, number], [number, number]];

function explicit([top, left, bottom, right]: Pads): ExplicitPads {
  return [
    [0, 0],
    [top, bottom],
    [left, right],
    [0, 0],
  ];
}

function pair([first, second]: Pair): [number, number] {
  return [first, second];
}

function denseConv(
  x: Tensor4D,
  filter: Tensor4D,
  { strides, dilations, pads }: PlainAttributes,
  bias: Tensor | null,
  activation: FusedActivation,
): Tensor4D {
  if (bias === null && activation === 'linear')
    return plainConv2d(x, filter, pair(strides), explicit(pads), 'NHWC', pair(dilations));
  return fused.conv2d({
    x,
    filter,
    strides: pair(strides),
    pad: explicit(pads),
    dilations: pair(dilations),
    activation,
    ...(bias === null ? {} : { bias: rank1(bias) }),
  });
}

function depthwiseConv(
  x: Tensor4D,
  kernel: Tensor4D,
  { strides, dilations, pads }: PlainAttributes,
  bias: Tensor | null,
  activation: FusedActivation,
): Tensor4D {
  const [height, width, , outputs] = kernel.shape;
  const channels = x.shape[3];
  const filter = rank4(reshape(kernel, [height, width, channels, outputs / channels]));
  // tfjs takes one number for the padding here, and then reads height's kernel and stride for the width as well.
  const isEven = pads.every((size) => size === pads[0]) && height === width && strides[0] === strides[1];
  const input = isEven || Math.max(...pads) === 0 ? x : pad(x, explicit(pads));
  const padding = isEven ? pads[0] : 'valid';
  if (bias === null && activation === 'linear')
    return depthwiseConv2d(input, filter, pair(strides), padding, 'NHWC', pair(dilations));
  return fused.depthwiseConv2d({
    x: input,
    filter,
    strides: pair(strides),
    pad: padding,
    dilations: pair(dilations),
    activation,
    ...(bias === null ? {} : { bias: rank1(bias) }),
  });
}

/**
 * Neighbouring groups are taken together as one convolution with a block-diagonal kernel: up to four times as fast
 * on WASM where groups are narrow.
 */
function groupedConv(
  x: Tensor4D,
  kernel: Tensor4D,
  groups: number,
  attributes: PlainAttributes,
  bias: Tensor | null,
  activation: FusedActivation,
): Tensor4D {
  const merged = groupsPerBlock(groups, kernel.shape[2]);
  const blocks = groups / merged;
  const blockKernel = blockDiagonal(kernel, groups, merged);
  const ins = x.shape[3] / blocks;
  const outs = kernel.shape[3] / blocks;
  const parts = Array.from({ length: blocks }, (_, block) => {
    const input = slice(x, [0, 0, 0, block * ins], [-1, -1, -1, ins]);
    const filter = slice(blockKernel, [0, 0, 0, block * outs], [-1, -1, -1, outs]);
    const part = bias === null ? null : slice(rank1(bias), [block * outs], [outs]);
    return denseConv(input, filter, attributes, part, activation);
  });
  return concat(parts, 3);
}

/** Measured on WASM: more input channels than this cost more than the convolutions they save. */
const WIDEST_BLOCK = 32;

function groupsPerBlock(groups: number, channelsPerGroup: number): number {
  if (getBackend() === 'cpu') return 1;
  let merged = Math.min(groups, Math.max(1, Math.floor(WIDEST_BLOCK / channelsPerGroup)));
  while (groups % merged !== 0) merged -= 1;
  return merged;
}

/** [KH,KW,Ci/groups,Co] → [KH,KW,merged·Ci/groups,Co], zero where input and output are of different groups. */
function blockDiagonal(kernel: Tensor4D, groups: number, merged: number): Tensor4D {
  if (merged === 1) return kernel;
  const [, , ins, outs] = kernel.shape;
  const repeated = concat(new Array<Tensor4D>(merged).fill(kernel), 2);
  const own = new Float32Array(merged * ins * outs);
  own.forEach((_, i) => {
    const [row, column] = [Math.floor(i / outs), i % outs];
    own[i] = Math.floor(row / ins) === Math.floor(column / (outs / groups)) % merged ? 1 : 0;
  });
  return mul(repeated, tensor2d(own, [merged * ins, outs]));
}

/** A pad below zero cuts rows or columns off instead. */
function cropNegativePads(x: Tensor4D, pads: Pads): [Tensor4D, Pads] {
  if (Math.min(...pads) >= 0) return [x, pads];
  const [top, left, bottom, right] = pads;
  const cut = (size: number) => Math.max(0, -size);
  const grown = (size: number) => Math.max(0, size);
  const [, height, width] = x.shape;
  const size: Shape4 = [-1, height - cut(top) - cut(bottom), width - cut(left) - cut(right), -1];
  const cropped = slice(x, [0, cut(top), cut(left), 0], size);
  return [cropped, [grown(top), grown(left), grown(bottom), grown(right)]];
}

/** tfjs refuses stride and dilation together; a kernel with zeros between its taps is the same thing. */
function dilateKernel(kernel: Tensor4D, [dilationY, dilationX]: Pair): Tensor4D {
  const spread = rank4(insertZeros(insertZeros(kernel, 0, dilationY), 1, dilationX));
  const [height, width] = kernel.shape;
  return slice(spread, [0, 0, 0, 0], [(height - 1) * dilationY + 1, (width - 1) * dilationX + 1, -1, -1]);
}

/** [KH,KW,Co/groups,Ci] of a transposed convolution → [KH,KW,Ci/groups,Co] of the convolution that does the same. */
function forwardKernel(kernel: Tensor4D, groups: number): Tensor4D {
  const [height, width, outs, channels] = kernel.shape;
  const flipped = reverse(kernel, [0, 1]);
  if (groups === 1) return transpose(flipped, [0, 1, 3, 2]);
  const split = reshape(flipped, [height, width, outs, groups, channels / groups]);
  return rank4(reshape(transpose(split, [0, 1, 4, 3, 2]), [height, width, channels / groups, groups * outs]));
}
