import type { Dim, Shape, ValueId } from '../../../graph/graph';
import type { Pads, Pair } from '../../../graph/nodes';
import { samePads } from '../../../graph/spatial';
import type { OpContext } from '../context';
import { at, channelsLast, permuted } from '../layout';
import type { Activation } from '../values';
import { unsupported } from '../../constants/constant';

/** A [N,C,H,W] value, or a [N,C,L] one with height 1, as the channels-last operators want it. */
export interface SpatialInput {
  readonly id: ValueId;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
  /** 1 or 2 spatial axes in the file. */
  readonly axes: 1 | 2;
}

export function spatialInput(context: OpContext, value: Activation): SpatialInput {
  const rank = value.shape.length;
  if (rank !== 3 && rank !== 4)
    unsupported(`it works on ${rank} dimensions; images (4) and sequences (3) are computed`);
  const perm = channelsLast(rank);
  const placed = context.arranged(value, perm);
  const shape = permuted(value.shape, perm);
  const [height, width, channels] = [
    rank === 3 ? 1 : known(shape, 1),
    known(shape, rank - 2),
    known(shape, rank - 1),
  ];
  const id =
    rank === 4
      ? placed
      : context.add({ op: 'reshape', inputs: [placed] }, [at(shape, 0), 1, width, channels]);
  return { id, height, width, channels, axes: rank === 4 ? 2 : 1 };
}

/** The ONNX value held by `id`, an [N,H,W,C] value, which is a sequence when the input was one. */
export function spatialResult(context: OpContext, id: ValueId, axes: 1 | 2): Activation {
  if (axes === 2) return context.result(id, channelsLast(4));
  const [batch, , width, channels] = context.builder.shape(id);
  const shape: Shape = [batch ?? null, width ?? null, channels ?? null];
  return context.result(context.add({ op: 'reshape', inputs: [id] }, shape), channelsLast(3));
}

/** A per-axis attribute as [vertical, horizontal]. */
export function pair(
  context: OpContext,
  values: readonly number[] | undefined,
  axes: 1 | 2,
  otherwise = 1,
): Pair {
  if (values === undefined) return [otherwise, otherwise];
  if (values.length !== axes)
    context.node.fail(`an attribute has ${values.length} entries for ${axes} dimensions.`);
  const [first, second] = axes === 2 ? [at(values, 0), at(values, 1)] : [otherwise, at(values, 0)];
  return [first, second];
}

export interface Window {
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilations: Pair;
  readonly pads: Pads;
}

/** Kernel, strides, dilations and pads from the attributes `strides`, `dilations`, `pads` and `auto_pad`. */
export function window(context: OpContext, input: SpatialInput, kernelShape: readonly number[]): Window {
  const { attributes, node } = context;
  const kernel = pair(context, kernelShape, input.axes);
  const strides = pair(context, attributes.ints('strides'), input.axes);
  const dilations = pair(context, attributes.ints('dilations'), input.axes);
  for (const size of [...kernel, ...strides, ...dilations])
    if (!Number.isInteger(size) || size < 1) node.fail(`a kernel, stride or dilation is ${size}.`);
  return { kernel, strides, dilations, pads: windowPads(context, input, kernel, strides, dilations) };
}

function windowPads(
  context: OpContext,
  input: SpatialInput,
  kernel: Pair,
  strides: Pair,
  dilations: Pair,
): Pads {
  const mode = context.attributes.string('auto_pad', 'NOTSET');
  if (mode === 'NOTSET') return explicitPads(context, input.axes);
  if (mode === 'VALID') return [0, 0, 0, 0];
  const same = (axis: 0 | 1, size: number) =>
    samePads(size, kernel[axis], strides[axis], dilations[axis], mode === 'SAME_LOWER');
  const [top, bottom] = same(0, input.height);
  const [left, right] = same(1, input.width);
  return [top, left, bottom, right];
}

/** A window along one of any number of spatial axes. */
export interface Side {
  readonly taps: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
}

/** The window along spatial axis `side` of `count`, from the same attributes as `window`. */
export function windowAlong(
  context: OpContext,
  side: number,
  count: number,
  length: number,
  taps: number,
): Side {
  const { attributes, node } = context;
  const entry = (name: 'strides' | 'dilations') => {
    const values = attributes.ints(name) ?? new Array<number>(count).fill(1);
    if (values.length !== count) node.fail(`${name} has ${values.length} entries for ${count} dimensions.`);
    return at(values, side);
  };
  const [stride, dilation] = [entry('strides'), entry('dilations')];
  for (const size of [taps, stride, dilation])
    if (!Number.isInteger(size) || size < 1) node.fail(`a kernel, stride or dilation is ${size}.`);
  const mode = attributes.string('auto_pad', 'NOTSET');
  const pads = attributes.ints('pads') ?? new Array<number>(2 * count).fill(0);
  if (pads.length !== 2 * count) node.fail(`pads has ${pads.length} entries for ${count} dimensions.`);
  const [before, after] =
    mode === 'NOTSET'
      ? [at(pads, side), at(pads, side + count)]
      : mode === 'VALID'
        ? [0, 0]
        : samePads(length, taps, stride, dilation, mode === 'SAME_LOWER');
  if (before < 0 || after < 0) unsupported('its padding is negative');
  return { taps, stride, dilation, before, after };
}

/** The attribute `pads`: [begin per axis, end per axis]. */
export function explicitPads(context: OpContext, axes: 1 | 2): Pads {
  const pads = context.attributes.ints('pads') ?? new Array<number>(2 * axes).fill(0);
  if (pads.length !== 2 * axes) context.node.fail(`pads has ${pads.length} entries for ${axes} dimensions.`);
  if (pads.some((pad) => pad < 0)) unsupported('its padding is negative');
  const [a = 0, b = 0, c = 0, d = 0] = pads;
  return axes === 2 ? [a, b, c, d] : [0, a, 0, b];
}

function known(shape: readonly Dim[], axis: number): number {
  return at(shape, axis) ?? unsupported('it works across the batch');
}
