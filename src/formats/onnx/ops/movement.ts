import type { Dim, ValueId } from '../../../graph/graph';
import type { Pair } from '../../../graph/nodes';
import type { OpContext, OpTable } from '../context';
import { at, home, identityPerm, permuted } from '../layout';
import type { Activation, Tensor } from '../values';
import { commonArrangement, operand } from './broadcast';
import { withoutAxes } from './shapes';
import { sliceRanges } from './ranges';
import { numbers, unsupported, type Constant } from '../../constants/constant';

function concat(context: OpContext): Tensor {
  const operands = context.node.inputs.map((_, i) => operand(context, i));
  const activations = operands.filter((value) => value.kind === 'activation');
  const first = at(activations, 0);
  const rank = first.shape.length;
  const axis = context.axis(context.attributes.int('axis') ?? context.node.fail('axis is missing.'), rank);
  for (const value of operands) {
    if (value.shape.length !== rank) context.node.fail('its inputs have different numbers of dimensions.');
    if (value.kind === 'activation') context.size(value, axis);
    else if (first.shape.includes(null) && value.shape[first.shape.indexOf(null)] !== context.fixedBatch)
      unsupported('it joins a constant to samples of another number');
  }
  const perm = commonArrangement(activations, rank);
  const inputs = operands.map((value) =>
    value.kind === 'activation' ? context.arranged(value, perm) : joinedConstant(context, value, perm, first),
  );
  if (inputs.length === 1) return { ...first, name: context.outputName(0) };
  return context.result(context.add({ op: 'concat', inputs, axis: perm.indexOf(axis) }), perm, 0, first.type);
}

/** A constant that is joined to every sample of the batch, if there is one. */
function joinedConstant(
  context: OpContext,
  constant: Constant,
  perm: readonly number[],
  beside: Activation,
): ValueId {
  const id = context.param(constant, 'constant', perm);
  if (!beside.shape.includes(null)) return id;
  const shape = permuted(constant.shape, perm).map((dim, i) =>
    beside.shape[at(perm, i)] === null ? null : dim,
  );
  return context.add({ op: 'expand', inputs: [id] }, shape);
}

function split(context: OpContext): readonly Tensor[] {
  const value = context.activation(0);
  const axis = context.axis(context.attributes.int('axis', 0), value.shape.length);
  const total = context.size(value, axis);
  const sizes = splitSizes(context, total);
  if (sizes.length < context.node.outputs.length || sizes.reduce((sum, size) => sum + size, 0) !== total)
    context.node.fail(`parts of ${sizes.join(', ')} do not make ${total}.`);
  const perm = home(value);
  const x = context.arranged(value, perm);
  let start = 0;
  return sizes.map((count, output) => {
    const slice = { op: 'slice', inputs: [x], axis: perm.indexOf(axis), start, count, step: 1 } as const;
    start += count;
    return context.result(addNamed(context, slice, output), perm, output, value.type);
  });
}

function splitSizes(context: OpContext, total: number): readonly number[] {
  const given = context.intsFrom('split', 1);
  if (given) return given;
  const parts = context.attributes.int('num_outputs') ?? context.node.outputs.length;
  const size = Math.ceil(total / parts);
  return identityPerm(parts).map((i) => (i < parts - 1 ? size : total - size * (parts - 1)));
}

type SliceSpec = { readonly op: 'slice'; readonly inputs: readonly [ValueId] } & {
  readonly axis: number;
  readonly start: number;
  readonly count: number;
  readonly step: number;
};

function addNamed(context: OpContext, slice: SliceSpec, output: number): ValueId {
  return context.builder.add({ ...slice, source: context.node.label }, { name: context.outputName(output) });
}

function slice(context: OpContext): Tensor {
  const value = context.activation(0);
  const perm = home(value);
  const ranges = sliceRanges(context, value.shape);
  const id = ranges.reduce(
    (x, { axis, start, count, step }) =>
      context.add({ op: 'slice', inputs: [x], axis: perm.indexOf(axis), start, count, step }),
    context.arranged(value, perm),
  );
  return context.result(id, perm, 0, value.type);
}

function gather(context: OpContext): Tensor {
  const value = context.activation(0);
  const axis = context.axis(context.attributes.int('axis', 0), value.shape.length);
  const size = context.size(value, axis);
  const constant = context.constant(1);
  const indices = numbers(constant).map((index) => (index < 0 ? index + size : index));
  if (indices.some((index) => index < 0 || index >= size)) context.node.fail('an index is outside its axis.');
  const perm = home(value);
  const x = context.arranged(value, perm);
  const id = context.add({ op: 'gather', inputs: [x], axis: perm.indexOf(axis), indices });
  const picked = context.result(id, perm, 0, value.type);
  if (constant.shape.length === 0) return withoutAxes(context, picked, [axis]);
  if (constant.shape.length === 1) return picked;
  return context.reshaped(picked, [
    ...value.shape.slice(0, axis),
    ...constant.shape,
    ...value.shape.slice(axis + 1),
  ]);
}

function pad(context: OpContext): Tensor {
  const value = context.activation(0);
  const rank = value.shape.length;
  const mode = context.attributes.string('mode', 'constant');
  if (mode !== 'constant' && mode !== 'reflect' && mode !== 'edge' && mode !== 'wrap')
    return unsupported(`its mode is ${mode}`);
  const given = context.intsFrom('pads', 1) ?? context.node.fail('pads are missing.');
  const axes = context.optionalNumbers(3)?.map((axis) => context.axis(axis, rank)) ?? identityPerm(rank);
  if (given.length !== 2 * axes.length) context.node.fail(`${given.length} pads for ${axes.length} axes.`);
  const byAxis = identityPerm(rank).map((axis): Pair => {
    const i = axes.indexOf(axis);
    return i < 0 ? [0, 0] : [at(given, i), at(given, i + axes.length)];
  });
  if (byAxis.some(([before, after], axis) => value.shape[axis] === null && (before !== 0 || after !== 0)))
    unsupported('it pads the batch');
  const perm = home(value);
  const cropped = crop(context, context.arranged(value, perm), permuted(byAxis, perm));
  const pads = permuted(byAxis, perm).map(([before, after]): Pair => [
    Math.max(before, 0),
    Math.max(after, 0),
  ]);
  if (mode === 'wrap') return context.result(wrapped(context, cropped, pads), perm, 0, value.type);
  const fill = context.optionalNumbers(2)?.[0] ?? context.attributes.float('value', 0);
  const id = context.add({ op: 'pad', inputs: [cropped], mode, value: fill, pads });
  return context.result(id, perm, 0, value.type);
}

/** Pads each axis with the elements of its other end. */
function wrapped(context: OpContext, id: ValueId, pads: readonly Pair[]): ValueId {
  return pads.reduce((x, [before, after], axis) => {
    if (before === 0 && after === 0) return x;
    const size = at(context.builder.shape(x), axis) ?? unsupported('it pads the batch');
    if (before > size || after > size) unsupported('it repeats its input several times');
    const part = (start: number, count: number) =>
      count === 0 ? [] : [context.add({ op: 'slice', inputs: [x], axis, start, count, step: 1 })];
    return context.add({
      op: 'concat',
      inputs: [...part(size - before, before), x, ...part(0, after)],
      axis,
    });
  }, id);
}

/** Negative pads take elements away. */
function crop(context: OpContext, id: ValueId, pads: readonly Pair[]): ValueId {
  return pads.reduce((x, [before, after], axis) => {
    if (before >= 0 && after >= 0) return x;
    const size = at(context.builder.shape(x), axis) ?? unsupported('it pads the batch');
    const start = Math.max(0, -before);
    return context.add({
      op: 'slice',
      inputs: [x],
      axis,
      start,
      count: size - start - Math.max(0, -after),
      step: 1,
    });
  }, id);
}

const MOST_REPEATS = 64;

function tile(context: OpContext): Tensor {
  const value = context.activation(0);
  const repeats = numbers(context.constant(1));
  if (repeats.length !== value.shape.length) context.node.fail('it has not one repeat for each dimension.');
  const perm = home(value);
  const id = permuted(repeats, perm).reduce(
    (x, times, axis) => {
      if (times === 1) return x;
      if (times < 1 || times > MOST_REPEATS) unsupported(`it repeats its input ${times} times`);
      if (context.builder.shape(x)[axis] === null) unsupported('it repeats the batch');
      return context.add({ op: 'concat', inputs: new Array<ValueId>(times).fill(x), axis });
    },
    context.arranged(value, perm),
  );
  return context.result(id, perm, 0, value.type);
}

/** Cells of b×b channels become pixels: DCR order [b,b,C'] or CRD order [C',b,b]. */
function depthToSpace(context: OpContext): Tensor {
  const { value, block, sizes } = blocks(context);
  const [batch, channels, height, width] = sizes;
  const depth = channels / block ** 2;
  if (!Number.isInteger(depth)) context.node.fail(`${channels} channels do not make blocks of ${block}.`);
  const columnRowDepth = context.attributes.string('mode', 'DCR') === 'CRD';
  const x = context.arranged(value, [0, 2, 3, 1]);
  const inner = columnRowDepth ? [depth, block, block] : [block, block, depth];
  const apart = context.add({ op: 'reshape', inputs: [x] }, [batch, height, width, ...inner]);
  const perm = columnRowDepth ? [0, 1, 4, 2, 5, 3] : [0, 1, 3, 2, 4, 5];
  const woven = context.add({ op: 'transpose', inputs: [apart], perm });
  const shape = [batch, height * block, width * block, depth];
  return context.result(context.add({ op: 'reshape', inputs: [woven] }, shape), [0, 2, 3, 1], 0, value.type);
}

function spaceToDepth(context: OpContext): Tensor {
  const { value, block, sizes } = blocks(context);
  const [batch, channels, height, width] = sizes;
  const [rows, columns] = [height / block, width / block];
  if (!Number.isInteger(rows) || !Number.isInteger(columns))
    context.node.fail(`an image of ${height}×${width} is not made of blocks of ${block}.`);
  const x = context.arranged(value, [0, 2, 3, 1]);
  const apart = context.add({ op: 'reshape', inputs: [x] }, [batch, rows, block, columns, block, channels]);
  const woven = context.add({ op: 'transpose', inputs: [apart], perm: [0, 1, 3, 2, 4, 5] });
  const shape = [batch, rows, columns, block * block * channels];
  return context.result(context.add({ op: 'reshape', inputs: [woven] }, shape), [0, 2, 3, 1], 0, value.type);
}

function blocks(context: OpContext): {
  value: Activation;
  block: number;
  sizes: readonly [Dim, number, number, number];
} {
  const value = context.activation(0);
  const block = context.attributes.int('blocksize') ?? context.node.fail('blocksize is missing.');
  if (value.shape.length !== 4 || block < 1)
    context.node.fail('it needs a 4-D input and a positive blocksize.');
  const [channels, height, width] = [1, 2, 3].map((axis) => context.size(value, axis));
  return { value, block, sizes: [at(value.shape, 0), channels ?? 1, height ?? 1, width ?? 1] };
}

export const movement: OpTable = {
  Concat: concat,
  Split: split,
  Slice: slice,
  Gather: gather,
  Pad: pad,
  Tile: tile,
  DepthToSpace: depthToSpace,
  SpaceToDepth: spaceToDepth,
};
