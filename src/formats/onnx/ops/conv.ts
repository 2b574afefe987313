import type { ValueId } from '../../../graph/graph';
import type { Pads, Pair } from '../../../graph/nodes';
import { transposedSize } from '../../../graph/spatial';
import type { OpContext, OpTable } from '../context';
import { at } from '../layout';
import type { Tensor } from '../values';
import { explicitPads, pair, spatialInput, spatialResult, window, type SpatialInput } from './spatial';
import { unsupported, type Constant } from '../../constants/constant';

function conv(context: OpContext): Tensor {
  const kernel = kernelConstant(context);
  const input = spatialInput(context, context.real(0));
  const groups = context.attributes.int('group', 1);
  checkKernel(context, kernel, input, at(kernel.shape, 1) * groups, at(kernel.shape, 0) % groups === 0);
  const { strides, dilations, pads } = window(context, input, kernel.shape.slice(2));
  const inputs = [input.id, kernelParam(context, kernel), ...biasParam(context, at(kernel.shape, 0))];
  const id = context.add({ op: 'conv2d', inputs, strides, dilations, pads, groups });
  return spatialResult(context, id, input.axes);
}

function convTranspose(context: OpContext): Tensor {
  const kernel = kernelConstant(context);
  const input = spatialInput(context, context.real(0));
  const groups = context.attributes.int('group', 1);
  checkKernel(context, kernel, input, at(kernel.shape, 0), at(kernel.shape, 0) % groups === 0);
  const size = pair(context, kernel.shape.slice(2), input.axes);
  const strides = pair(context, context.attributes.ints('strides'), input.axes);
  const dilations = pair(context, context.attributes.ints('dilations'), input.axes);
  const declared = pair(context, context.attributes.ints('output_padding'), input.axes, 0);
  const along = (axis: 0 | 1, length: number) =>
    transposedSize(length, size[axis], strides[axis], dilations[axis], 0, declared[axis]);
  const full = [along(0, input.height), along(1, input.width)] as const;
  const target = transposedTarget(context, input, strides, full);
  const border = target
    ? padsTowards(context, full, target)
    : { pads: explicitPads(context, input.axes), extra: [0, 0] as const };
  const inputs = [
    input.id,
    kernelParam(context, kernel),
    ...biasParam(context, at(kernel.shape, 1) * groups),
  ];
  const id = context.add({
    op: 'convTranspose2d',
    inputs,
    strides,
    dilations,
    pads: border.pads,
    outputPadding: [declared[0] + border.extra[0], declared[1] + border.extra[1]],
    groups,
  });
  return spatialResult(context, id, input.axes);
}

/** The size asked for by `output_shape` or by auto_pad (input·stride), if any. */
function transposedTarget(
  context: OpContext,
  input: SpatialInput,
  strides: Pair,
  full: Pair,
): Pair | undefined {
  const wanted = context.attributes.ints('output_shape');
  if (wanted) return pair(context, wanted.slice(-input.axes), input.axes);
  const mode = context.attributes.string('auto_pad', 'NOTSET');
  if (!mode.startsWith('SAME')) return undefined;
  const same: Pair = [input.height * strides[0], input.width * strides[1]];
  // Implementations differ on what is done about it.
  if (same[0] > full[0] || same[1] > full[1]) unsupported('its stride is longer than its kernel');
  return same;
}

/** Pads that cut the full size down to the target; where it is too small, rows and columns to add at the end. */
function padsTowards(context: OpContext, full: Pair, target: Pair): { pads: Pads; extra: Pair } {
  const upper = context.attributes.string('auto_pad', 'NOTSET') === 'SAME_UPPER';
  const split = (total: number): Pair => {
    const half = Math.floor(total / 2);
    return upper ? [half, total - half] : [total - half, half];
  };
  const [top, bottom] = split(Math.max(0, full[0] - target[0]));
  const [left, right] = split(Math.max(0, full[1] - target[1]));
  const extra = [Math.max(0, target[0] - full[0]), Math.max(0, target[1] - full[1])] as const;
  return { pads: [top, left, bottom, right], extra };
}

function kernelConstant(context: OpContext): Constant {
  const kernel = context.constant(1);
  if (kernel.shape.length !== 3 && kernel.shape.length !== 4)
    unsupported(`its kernel has ${kernel.shape.length} dimensions; 1-D and 2-D convolutions are computed`);
  return kernel;
}

function checkKernel(
  context: OpContext,
  kernel: Constant,
  input: SpatialInput,
  channels: number,
  divides: boolean,
): void {
  const shape = `[${kernel.shape.join(', ')}]`;
  if (kernel.shape.length !== input.axes + 2)
    context.node.fail(`a kernel of shape ${shape} does not fit its input's dimensions.`);
  if (channels !== input.channels || !divides)
    context.node.fail(`a kernel of shape ${shape} does not fit ${input.channels} input channels.`);
}

/** ONNX [Co,Ci/g,KH,KW], or transposed [Ci,Co/g,KH,KW] → canonical [KH,KW,second,first] */
function kernelParam(context: OpContext, kernel: Constant): ValueId {
  return context.param(kernel, 'weight', kernel.shape.length === 4 ? [2, 3, 1, 0] : [-1, 2, 1, 0]);
}

function biasParam(context: OpContext, channels: number): ValueId[] {
  const bias = context.optionalConstant(2);
  if (!bias) return [];
  if (bias.shape.length !== 1 || bias.shape[0] !== channels)
    context.node.fail(`a bias of shape [${bias.shape.join(', ')}] does not fit ${channels} output channels.`);
  return [context.param(bias, 'weight', [0])];
}

export const conv2d: OpTable = { Conv: conv, ConvTranspose: convTranspose };
