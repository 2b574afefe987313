import type { Pair } from '../../../graph/nodes';
import type { OpContext, OpTable } from '../context';
import type { Activation } from '../values';
import { unsupported } from '../../constants/constant';

/**
 * Older converters write a dilated convolution as a plain one on an image cut into blocks:
 * SpaceToBatchND → convolution → BatchToSpaceND. Here the image stays whole, padded, and the convolution is dilated.
 */
function spaceToBatch(context: OpContext): Activation {
  const value = context.real(0);
  if (value.shape.length !== 4 || value.blocks) unsupported('it cuts up something other than a whole image');
  const blocks = blockShape(context);
  const [rows, columns] = borders(context);
  const none: Pair = [0, 0];
  const pads = [none, rows, columns, none];
  const id = context.add({ op: 'pad', inputs: [value.id], mode: 'constant', value: 0, pads });
  return { ...context.result(id), blocks };
}

function batchToSpace(context: OpContext): Activation {
  const value = context.real(0);
  const blocks = blockShape(context);
  if (value.blocks?.[0] !== blocks[0] || value.blocks[1] !== blocks[1])
    return unsupported('it joins blocks that were not cut from an image');
  return borders(context).reduce<Activation>((rest, [before, after], index) => {
    const axis = index + 1;
    const size = context.size(rest, axis);
    const count = size - before - after;
    if (count === size) return rest;
    return context.result(
      context.add({ op: 'slice', inputs: [rest.id], axis, start: before, count, step: 1 }),
    );
  }, context.result(value.id));
}

function blockShape(context: OpContext): Pair {
  const [height, width, ...more] = context.numbers(1);
  if (more.length > 0 || !height || !width || height < 1 || width < 1)
    return unsupported('its blocks have other than two sides');
  return [height, width];
}

function borders(context: OpContext): readonly [Pair, Pair] {
  const [top = 0, bottom = 0, left = 0, right = 0] = context.numbers(2);
  if (Math.min(top, bottom, left, right) < 0) context.node.fail('a border is negative.');
  return [
    [top, bottom],
    [left, right],
  ];
}

export const blockwise: OpTable = { SpaceToBatchND: spaceToBatch, BatchToSpaceND: batchToSpace };

/** Operators that give on an image in blocks what they give on the whole one. */
export const worksOnBlocks: ReadonlySet<string> = new Set([
  'Conv2D',
  '_FusedConv2D',
  'DepthwiseConv2dNative',
  'FusedDepthwiseConv2dNative',
  'BiasAdd',
  'FusedBatchNormV3',
  'Relu',
  'Relu6',
  'Elu',
  'LeakyRelu',
  'Prelu',
  'Identity',
]);
