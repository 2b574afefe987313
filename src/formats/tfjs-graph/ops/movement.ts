import type { Dim, ValueId } from '../../../graph/graph';
import type { Pair } from '../../../graph/nodes';
import type { OpContext, OpReader, OpTable, Operand } from '../context';
import type { Activation, Tensor } from '../values';
import { isOnlySample, NO_BATCH, withBatch, withoutBatch } from './batch';
import { sliceRanges, stridedRanges, type SliceRange } from './ranges';
import { numbers, unsupported, type Constant } from '../../constants/constant';

function joined(context: OpContext, operands: readonly Operand[], axis: number): Activation {
  const activations = operands.filter((value) => value.kind === 'activation');
  const [first] = activations;
  if (!first) return context.node.fail('it joins nothing.');
  for (const value of operands) context.size(value, axis);
  const inputs = operands.map((value) =>
    value.kind === 'activation' ? value.id : forEachSample(context, value, first).id,
  );
  if (inputs.length === 1) return first;
  return context.result(context.add({ op: 'concat', inputs, axis }), first.type);
}

/** A constant that is joined to values with a batch. */
function forEachSample(context: OpContext, constant: Constant, other: Activation): Activation {
  const fixed = context.fixed(constant);
  if (other.shape[0] !== null) return fixed;
  if (fixed.shape[0] !== 1 || context.fixedBatch !== 1)
    return unsupported('it joins a constant to the batch');
  return expanded(context, fixed, [null, ...fixed.shape.slice(1)]);
}

function concat(context: OpContext): Tensor {
  const last = context.node.inputs.length - 1;
  const operands = context.operands().slice(0, -1);
  const rank = operands[0]?.shape.length ?? 0;
  if (operands.some(({ shape }) => shape.length !== rank))
    context.node.fail('its inputs have different numbers of dimensions.');
  return joined(context, operands, context.axis(context.number(last), rank));
}

function pack(context: OpContext): Tensor {
  const operands = context.operands();
  const [only] = operands;
  if (operands.length === 1 && only?.kind === 'activation' && only.withoutBatch)
    return context.attributes.int('axis', 0) === 0 ? withBatch(only) : unsupported(NO_BATCH);
  if (operands.some((value) => value.kind === 'activation' && value.withoutBatch)) unsupported(NO_BATCH);
  const rank = (operands[0]?.shape.length ?? 0) + 1;
  const axis = context.axis(context.attributes.int('axis', 0), rank);
  const raised = operands.map((value) => {
    const placed = value.kind === 'activation' ? value : context.fixed(value);
    return context.reshaped(placed, withAxis(placed.shape, axis));
  });
  return joined(context, raised, axis);
}

/** With an axis of length 1 put in. */
function withAxis(shape: readonly Dim[], axis: number): Dim[] {
  if (axis === 0 && shape[0] === null) unsupported('it puts the batch on another axis');
  return shape.toSpliced(axis, 0, 1);
}

function sliced(context: OpContext, value: Activation, { axis, start, count, step }: SliceRange): Activation {
  const id = context.add({ op: 'slice', inputs: [value.id], axis, start, count, step });
  return context.result(id, value.type);
}

/** Consecutive parts of an axis. */
function parts(
  context: OpContext,
  value: Activation,
  axis: number,
  sizes: readonly number[],
): readonly Activation[] {
  const total = context.size(value, axis);
  if (sizes.some((size) => !(size > 0)) || sizes.reduce((sum, size) => sum + size, 0) !== total)
    context.node.fail(`parts of ${sizes.slice(0, 20).join(', ')} do not make ${total}.`);
  let start = 0;
  return sizes.map((count) => {
    const part = sliced(context, value, { axis, start, count, step: 1 });
    start += count;
    return part;
  });
}

/** Inputs: the axis, the value. */
function split(context: OpContext): readonly Tensor[] {
  const value = context.activation(1);
  const axis = context.axis(context.number(0), value.shape.length);
  const count = context.attributes.int('num_split', 1);
  const size = context.size(value, axis) / count;
  if (!(count > 0) || !Number.isInteger(size))
    context.node.fail(`an axis of ${context.size(value, axis)} is not made of ${count} equal parts.`);
  return parts(context, value, axis, new Array<number>(count).fill(size));
}

/** Inputs: the value, the sizes (one of which may be −1), the axis. */
function splitV(context: OpContext): readonly Tensor[] {
  const value = context.activation(0);
  const axis = context.axis(context.number(2), value.shape.length);
  return parts(context, value, axis, splitSizes(context.numbers(1), context.size(value, axis)));
}

export function splitSizes(given: readonly number[], total: number): number[] {
  const known = given.reduce((sum, size) => sum + Math.max(size, 0), 0);
  return given.map((size) => (size === -1 ? total - known : size));
}

function unpack(context: OpContext): readonly Tensor[] {
  const value = context.activation(0);
  const axis = context.axis(context.attributes.int('axis', 0), value.shape.length);
  if (isOnlySample(context, value, axis)) return [withoutBatch(value)];
  const total = context.size(value, axis);
  const shape = value.shape.toSpliced(axis, 1);
  return parts(context, value, axis, new Array<number>(total).fill(1)).map((part) =>
    context.reshaped(part, shape),
  );
}

function slice(context: OpContext): Tensor {
  const value = context.activation(0);
  const ranges = sliceRanges(
    context.node,
    value.shape,
    context.numbers(1),
    context.numbers(2),
    context.fixedBatch,
  );
  return ranges.reduce<Activation>((rest, range) => sliced(context, rest, range), value);
}

function stridedSlice(context: OpContext): Tensor {
  const value = context.activation(0);
  const bounds = { begin: context.numbers(1), end: context.numbers(2), strides: context.numbers(3) };
  const { ranges, shape } = stridedRanges(context.node, value.shape, bounds, context.fixedBatch);
  const taken = ranges.reduce<Activation>((rest, range) => sliced(context, rest, range), value);
  const same = shape.length === taken.shape.length && shape.every((dim, axis) => dim === taken.shape[axis]);
  if (shape.includes(null) && shape[0] !== null) unsupported('it puts the batch on another axis');
  return same ? taken : context.reshaped(taken, shape);
}

function gather(context: OpContext): Tensor {
  const value = context.activation(0);
  if (context.attributes.int('batch_dims', 0) !== 0) unsupported('it picks from each row (batch_dims)');
  const axis = context.axis(context.has(2) ? context.number(2) : 0, value.shape.length);
  const size = context.size(value, axis);
  const picked = context.constant(1);
  const indices = numbers(picked);
  if (indices.length === 0) return unsupported('it picks nothing');
  if (indices.some((index) => !(index >= 0 && index < size)))
    context.node.fail('an index is outside its axis.');
  const id = context.add({ op: 'gather', inputs: [value.id], axis, indices });
  const taken = context.result(id, value.type);
  if (picked.shape.length === 1) return taken;
  return context.reshaped(taken, [
    ...value.shape.slice(0, axis),
    ...picked.shape,
    ...value.shape.slice(axis + 1),
  ]);
}

function pad(mode: 'constant' | 'reflect'): OpReader {
  return (context) => {
    const value = context.activation(0);
    const attribute = context.attributes.string('mode', 'REFLECT');
    if (mode === 'reflect' && attribute !== 'REFLECT') unsupported(`it pads in the mode ${attribute}`);
    const fill = mode === 'constant' && context.has(2) ? context.number(2) : 0;
    const pads = pairs(context, context.numbers(1), value.shape.length);
    const id = context.add({ op: 'pad', inputs: [value.id], mode, value: fill, pads });
    return context.result(id, value.type);
  };
}

/** [before, after] for each axis. */
function pairs(context: OpContext, flat: readonly number[], count: number): Pair[] {
  if (flat.length !== 2 * count || flat.some((size) => !(size >= 0 && size < 2 ** 24)))
    context.node.fail(`pads of [${flat.slice(0, 16).join(', ')}] do not fit ${count} dimensions.`);
  return Array.from({ length: count }, (_, axis): Pair => [flat[2 * axis] ?? 0, flat[2 * axis + 1] ?? 0]);
}

/** Repeats axes: by broadcasting where they have length 1, else by joining copies. */
function tile(context: OpContext): Tensor {
  const value = context.activation(0);
  const repeats = Array.from(context.constant(1).data, (dim, axis) =>
    dim === null || (dim === context.fixedBatch && axis === 0)
      ? unsupported('it repeats as often as there are samples')
      : dim,
  );
  if (repeats.length !== value.shape.length || repeats.some((count) => !(count >= 1 && count <= 2 ** 16)))
    context.node.fail(`repeats of [${repeats.join(', ')}] do not fit.`);
  return repeats.reduce<Activation>((rest, count, axis) => repeated(context, rest, axis, count), value);
}

function repeated(context: OpContext, value: Activation, axis: number, count: number): Activation {
  if (count === 1) return value;
  if (context.size(value, axis) !== 1) return joined(context, new Array<Operand>(count).fill(value), axis);
  return expanded(context, value, value.shape.with(axis, count));
}

function expanded(context: OpContext, value: Activation, shape: readonly Dim[]): Activation {
  const id: ValueId = context.add({ op: 'expand', inputs: [value.id] }, shape);
  return context.result(id, value.type);
}

function broadcast(context: OpContext): Tensor {
  const value = context.activation(0);
  const wanted = Array.from(context.constant(1).data);
  if (value.shape.length !== wanted.length && value.shape.includes(null))
    unsupported('it puts the batch on another axis');
  const isBatch = (axis: number) => value.shape[axis] === null && wanted[axis] === context.fixedBatch;
  return expanded(
    context,
    value,
    wanted.map((dim, axis) => (isBatch(axis) ? null : dim)),
  );
}

export const movement: OpTable = {
  ConcatV2: concat,
  Pack: pack,
  Split: split,
  SplitV: splitV,
  Unpack: unpack,
  Slice: slice,
  StridedSlice: stridedSlice,
  GatherV2: gather,
  Gather: gather,
  Pad: pad('constant'),
  PadV2: pad('constant'),
  MirrorPad: pad('reflect'),
  Tile: tile,
  BroadcastTo: broadcast,
};
