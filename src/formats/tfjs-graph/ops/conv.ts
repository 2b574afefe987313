import type { ValueId } from '../../../graph/graph';
import type { Pads, Pair } from '../../../graph/nodes';
import type { OpContext, OpTable } from '../context';
import type { Activation } from '../values';
import { applyFused, fusedOps, takesBias } from './fused';
import { pair, spatialInput, spatialResult, windowPads, type SpatialInput } from './spatial';
import { unsupported, type Constant } from '../../constants/constant';

function conv2d(context: OpContext): Activation {
  const value = context.real(0);
  const input = spatialInput(context, value);
  const kernel = kernelConstant(context, input);
  const [, , ins = 1, outs = 1] = kernel.shape;
  const groups = input.channels / ins;
  if (!Number.isInteger(groups) || outs % groups !== 0)
    context.node.fail(`a kernel of ${kernel.shape.join('×')} does not fit ${input.channels} channels.`);
  const id = context.param(kernel, { name: context.node.name, role: 'weight', perm: [0, 1, 2, 3] });
  return convolution(context, value, input, { kernel, id, groups, outs });
}

function depthwise(context: OpContext): Activation {
  const value = context.real(0);
  const input = spatialInput(context, value);
  const kernel = kernelConstant(context, input);
  const [height = 1, width = 1, channels = 1, multiplier = 1] = kernel.shape;
  if (channels !== input.channels)
    context.node.fail(`a kernel of ${kernel.shape.join('×')} does not fit ${input.channels} channels.`);
  const plan = { name: context.node.name, role: 'weight' } as const;
  const outs = channels * multiplier;
  if (channels === 1) {
    const id = context.param(kernel, { ...plan, perm: [0, 1, 2, 3] });
    return convolution(context, value, input, { kernel, id, groups: 1, outs });
  }
  if (multiplier === 1) {
    const id = context.param(kernel, { ...plan, perm: [0, 1, 3, 2] });
    return convolution(context, value, input, { kernel, id, groups: channels, outs });
  }
  const axes = kernel.origin && [...kernel.origin.axes.slice(0, 2), -1, kernel.origin.axes[2] ?? -1];
  const flat: Constant = {
    ...kernel,
    shape: [height, width, 1, outs],
    origin: kernel.origin && axes && { ...kernel.origin, axes },
  };
  const inner = { axis: 3, length: multiplier };
  const id = context.param(flat, { ...plan, perm: [0, 1, 2, 3], inner });
  return convolution(context, value, input, { kernel, id, groups: channels, outs });
}

interface Kernel {
  readonly kernel: Constant;
  readonly id: ValueId;
  readonly groups: number;
  readonly outs: number;
}

/** The convolution with what is fused to it. On an image in blocks it is dilated instead. */
function convolution(
  context: OpContext,
  value: Activation,
  input: SpatialInput,
  { kernel, id, groups, outs }: Kernel,
): Activation {
  const size = kernelSize(kernel);
  const strides = pair(context, 'strides', input);
  const declared = pair(context, 'dilations', input);
  const blocks = value.blocks ?? [1, 1];
  const dilations: Pair = [declared[0] * blocks[0], declared[1] * blocks[1]];
  const pads = windowPads(context, input, size, strides, dilations);
  if (value.blocks && (Math.max(...pads) > 0 || Math.max(...strides) > 1))
    unsupported('it pads or strides within blocks of an image');
  const fused = fusedOps(context);
  const bias = takesBias(fused) ? [context.vector(2, outs, 'weight')] : [];
  const inputs = [input.id, id, ...bias];
  const made = context.add({ op: 'conv2d', inputs, strides, dilations, pads, groups });
  return spatialResult(context, applyFused(context, made, fused, outs), input);
}

/** Inputs: the output's shape, the kernel [KH,KW,Co,Ci], the input. */
function transposed(context: OpContext): Activation {
  const input = spatialInput(context, context.real(2));
  const kernel = kernelConstant(context, input);
  if (kernel.shape[3] !== input.channels)
    context.node.fail(`a kernel of ${kernel.shape.join('×')} does not fit ${input.channels} channels.`);
  const [size, strides] = [kernelSize(kernel), pair(context, 'strides', input)];
  const dilations = pair(context, 'dilations', input);
  const target = Array.from(context.constant(0).data);
  const [height, width] = input.channelsFirst ? [target[2], target[3]] : [target[1], target[2]];
  if (target.length !== 4 || !height || !width)
    return context.node.fail('its output has no height or width.');
  const forward = { height, width, channelsFirst: input.channelsFirst };
  const given = windowPads(context, forward, size, strides, dilations);
  const rows = transposedAxis(input.height, height, size[0], strides[0], dilations[0], [given[0], given[2]]);
  const columns = transposedAxis(input.width, width, size[1], strides[1], dilations[1], [given[1], given[3]]);
  if (rows.extra < 0 || columns.extra < 0 || rows.extra >= strides[0] || columns.extra >= strides[1])
    context.node.fail(`an output of ${height}×${width} does not follow from its input.`);
  const pads: Pads = [rows.before, columns.before, rows.after, columns.after];
  const id = context.param(kernel, { name: context.node.name, role: 'weight', perm: [0, 1, 2, 3] });
  const made = context.add({
    op: 'convTranspose2d',
    inputs: [input.id, id],
    strides,
    dilations,
    pads,
    outputPadding: [rows.extra, columns.extra],
    groups: 1,
  });
  return spatialResult(context, made, input);
}

/** Pads of the convolution that this one reverses, and the rows that its stride left over. */
function transposedAxis(
  from: number,
  to: number,
  kernel: number,
  stride: number,
  dilation: number,
  [before, after]: Pair,
): { before: number; after: number; extra: number } {
  const full = (from - 1) * stride + (kernel - 1) * dilation + 1;
  return { before, after, extra: to - (full - before - after) };
}

function kernelConstant(context: OpContext, input: SpatialInput): Constant {
  const kernel = context.constant(1);
  if (kernel.shape.length !== 4 || kernel.shape.some((dim) => dim < 1))
    context.node.fail(
      `a kernel of ${kernel.shape.join('×')} does not fit an image of ${input.channels} channels.`,
    );
  return kernel;
}

function kernelSize({ shape }: Constant): Pair {
  return [shape[0] ?? 1, shape[1] ?? 1];
}

export const convolutions: OpTable = {
  Conv2D: conv2d,
  _FusedConv2D: conv2d,
  DepthwiseConv2dNative: depthwise,
  FusedDepthwiseConv2dNative: depthwise,
  _FusedDepthwiseConv2dNative: depthwise,
  DepthwiseConv2d: depthwise,
  Conv2DBackpropInput: transposed,
};
