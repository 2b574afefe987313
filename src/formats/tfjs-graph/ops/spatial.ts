import type { ValueId } from '../../../graph/graph';
import type { Pads, Pair } from '../../../graph/nodes';
import { samePads } from '../../../graph/spatial';
import type { OpContext } from '../context';
import type { Activation } from '../values';
import { unsupported } from '../../constants/constant';

/** An image with its channels last, as the operators on images want it. */
export interface SpatialInput {
  readonly id: ValueId;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** The file has the channels before height and width. */
  readonly channelsFirst: boolean;
}

export function spatialInput(context: OpContext, value: Activation): SpatialInput {
  if (value.shape.length !== 4) context.node.fail(`its input has ${value.shape.length} dimensions, not 4.`);
  const channelsFirst = hasChannelsFirst(context);
  const id = channelsFirst
    ? context.add({ op: 'transpose', inputs: [value.id], perm: [0, 2, 3, 1] })
    : value.id;
  const placed = { shape: context.builder.shape(id) };
  const [height, width, channels] = [1, 2, 3].map((axis) => context.size(placed, axis));
  return { id, height: height ?? 1, width: width ?? 1, channels: channels ?? 1, channelsFirst };
}

export function hasChannelsFirst({ attributes }: OpContext): boolean {
  const format = attributes.string('data_format', 'NHWC');
  if (format !== 'NHWC' && format !== 'NCHW') unsupported(`its data_format is ${format}`);
  return format === 'NCHW';
}

/** The file's value held by `id`, which has its channels last. */
export function spatialResult(context: OpContext, id: ValueId, { channelsFirst }: SpatialInput): Activation {
  return context.result(
    channelsFirst ? context.add({ op: 'transpose', inputs: [id], perm: [0, 3, 1, 2] }) : id,
  );
}

/** Height's and width's entry of an attribute with one for each axis. */
export function pair(context: OpContext, name: string, { channelsFirst }: SpatialInput): Pair {
  const values = context.attributes.ints(name) ?? [];
  if (values.length === 0) return [1, 1];
  if (values.length !== 4 || values.some((value) => value < 1))
    context.node.fail(`"${name}" is [${values.join(', ')}], but four positive numbers are wanted.`);
  const others = channelsFirst ? values.slice(0, 2) : [values[0], values[3]];
  if (others.some((value) => value !== 1)) unsupported(`its "${name}" works on the batch or the channels`);
  const [height = 1, width = 1] = values.slice(channelsFirst ? 2 : 1);
  return [height, width];
}

/** From `padding` and `explicit_paddings`, for an input of height × width. */
export function windowPads(
  context: OpContext,
  { height, width, channelsFirst }: Pick<SpatialInput, 'height' | 'width' | 'channelsFirst'>,
  kernel: Pair,
  strides: Pair,
  dilations: Pair,
): Pads {
  const padding = context.attributes.string('padding', 'VALID');
  if (padding === 'VALID') return [0, 0, 0, 0];
  if (padding === 'EXPLICIT') return explicitPads(context, channelsFirst);
  if (padding !== 'SAME') return unsupported(`its padding is ${padding}`);
  const [top, bottom] = samePads(height, kernel[0], strides[0], dilations[0]);
  const [left, right] = samePads(width, kernel[1], strides[1], dilations[1]);
  return [top, left, bottom, right];
}

function explicitPads(context: OpContext, channelsFirst: boolean): Pads {
  const pads = context.attributes.ints('explicit_paddings') ?? [];
  if (pads.length !== 8 || pads.some((pad) => pad < 0))
    context.node.fail(`"explicit_paddings" is [${pads.join(', ')}], but eight numbers are wanted.`);
  const [top = 0, bottom = 0, left = 0, right = 0] = pads.slice(channelsFirst ? 4 : 2);
  return [top, left, bottom, right];
}
