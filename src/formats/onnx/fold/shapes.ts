import type { Dim } from '../../../graph/graph';
import { at, identityPerm, permuted } from '../layout';
import { wrapOf } from './arithmetic';
import { axisOf, sizesOf, type Fold, type FoldInput, type FoldTable } from './fold';
import {
  constant,
  elementsOf,
  numbers,
  unsupported,
  type Constant,
  type Origin,
} from '../../constants/constant';
import { DataType, isFloat } from '../../constants/element-types';
import { clampedRange } from '../../constants/range';
import { resolveReshape } from '../../constants/reshape';
import { rowMajorStrides, strided } from '../../constants/strided';

/** A copy of a whole tensor under another name is a weight of its own. */
const identity: Fold = ({ node, input }) => {
  const value = input(0);
  const whole = value.origin?.axes.every((axis, i) => axis === i) === true;
  return whole ? { ...value, origin: { ...value.origin, tensor: node.outputs[0] ?? '' } } : value;
};

const cast: Fold = (fold) => {
  const to = fold.node.op === 'CastLike' ? fold.input(1).type : fold.node.attributes.int('to');
  return castTo(fold.input(0), to ?? fold.node.fail('the type to cast to is missing.'));
};

function castTo(value: Constant, to: number): Constant {
  if (to === DataType.BFLOAT16 && value.type !== to) return unsupported('it rounds to bfloat16');
  if (isFloat(to)) return constant(value.shape, to, value.data, isFloat(value.type) ? value.origin : null);
  const wrap = wrapOf(to);
  const convert =
    to === DataType.BOOL ? (dim: number) => (dim !== 0 ? 1 : 0) : (dim: number) => wrap(Math.trunc(dim));
  const data = Array.from(value.data, (dim) => (dim === null ? null : convert(dim)));
  return constant(value.shape, to, data);
}

const transpose: Fold = (fold) => {
  const value = fold.input(0);
  const rank = value.shape.length;
  const perm = fold.node.attributes.ints('perm', identityPerm(rank).reverse());
  if (perm.length !== rank || new Set(perm.map((axis) => axisOf(fold, axis, rank))).size !== rank)
    fold.node.fail(`perm [${perm.join(', ')}] does not fit ${rank} dimensions.`);
  const shape = permuted(value.shape, perm);
  const data = strided(value.data, shape, permuted(rowMajorStrides(value.shape), perm));
  return constant(shape, value.type, data, withAxes(value.origin, perm));
};

/** @param from for each new axis the old one, or −1 */
function withAxes(origin: Origin | null, from: readonly number[]): Origin | null {
  return origin && { ...origin, axes: from.map((axis) => (axis < 0 ? -1 : at(origin.axes, axis))) };
}

const unsqueeze: Fold = (fold) => {
  const value = fold.input(0);
  const added = axesOf(fold) ?? fold.node.fail('axes are missing.');
  const rank = value.shape.length + added.length;
  const axes = added.map((axis) => axisOf(fold, axis, rank));
  let next = 0;
  const from = identityPerm(rank).map((axis) => (axes.includes(axis) ? -1 : next++));
  return reshaped(value, from);
};

const squeeze: Fold = (fold) => {
  const value = fold.input(0);
  const rank = value.shape.length;
  const axes = axesOf(fold)?.map((axis) => axisOf(fold, axis, rank));
  const dropped = axes ?? identityPerm(rank).filter((axis) => value.shape[axis] === 1);
  return reshaped(
    value,
    identityPerm(rank).filter((axis) => !dropped.includes(axis)),
  );
};

function axesOf(fold: FoldInput): readonly number[] | undefined {
  const axes = fold.optional(1);
  return fold.node.attributes.ints('axes') ?? (axes && numbers(axes));
}

function reshaped(value: Constant, from: readonly number[]): Constant {
  const shape = from.map((axis) => (axis < 0 ? 1 : at(value.shape, axis)));
  return { ...value, shape, origin: withAxes(value.origin, from) };
}

/** Keeps the origin where only axes of length 1 come or go. */
const reshape: Fold = (fold) => {
  const value = fold.input(0);
  const allowZero = fold.node.attributes.int('allowzero', 0) !== 0;
  const shape = resolveReshape(value.shape, Array.from(fold.input(1).data), allowZero);
  if (!Array.isArray(shape)) return unsupported(shape.problem);
  const sizes = shape.map((dim) => dim ?? unsupported('it makes a constant as large as the batch'));
  const long = identityPerm(value.shape.length).filter((axis) => value.shape[axis] !== 1);
  let next = 0;
  const from = sizes.map((dim) => (dim === 1 ? -1 : (long[next++] ?? -1)));
  const kept = from.every((axis, i) => axis < 0 || value.shape[axis] === sizes[i]) && next === long.length;
  return { ...value, shape: sizes, origin: kept ? withAxes(value.origin, from) : null };
};

const flatten: Fold = (fold) => {
  const value = fold.input(0);
  const axis = fold.node.attributes.int('axis', 1);
  const split = axis < 0 ? axis + value.shape.length : axis;
  const rows = elementsOf(value.shape.slice(0, split));
  return { ...value, shape: [rows, elementsOf(value.shape) / Math.max(rows, 1)], origin: null };
};

const shapeOf: Fold = (fold) => dimsOf(fold, fold.input(0).shape);

/** The operator Shape, of a value of this shape: with `start` and `end` from opset 15 on. */
export function dimsOf(fold: Pick<FoldInput, 'node'>, shape: readonly Dim[]): Constant {
  const { attributes } = fold.node;
  const dims = shape.slice(attributes.int('start', 0), attributes.int('end') ?? shape.length);
  return constant([dims.length], DataType.INT64, dims);
}

/** The operator Size. */
export function sizeOf(shape: readonly Dim[]): Constant {
  const rest = shape.reduce<number>((product, dim) => product * (dim ?? 1), 1);
  if (shape.includes(null) && rest !== 1) return unsupported('it computes with the batch size');
  return constant([], DataType.INT64, [shape.includes(null) ? null : rest]);
}

const gather: Fold = (fold) => {
  const [value, indices] = [fold.input(0), fold.input(1)];
  const axis = axisOf(fold, fold.node.attributes.int('axis', 0), value.shape.length);
  const size = at(value.shape, axis);
  const picked = numbers(indices).map((index) => (index < 0 ? index + size : index));
  if (picked.some((index) => index < 0 || index >= size)) fold.node.fail('an index is outside its axis.');
  const outer = elementsOf(value.shape.slice(0, axis));
  const inner = elementsOf(value.shape.slice(axis + 1));
  const block = (start: number) => strided(value.data, [inner], [1], start);
  const data = identityPerm(outer).flatMap((i) =>
    picked.flatMap((index) => block((i * size + index) * inner)),
  );
  const shape = [...value.shape.slice(0, axis), ...indices.shape, ...value.shape.slice(axis + 1)];
  return constant(shape, value.type, data);
};

const concat: Fold = (fold) => {
  const values = fold.node.inputs.map((_, i) => fold.input(i));
  const first = fold.input(0);
  const axis = axisOf(fold, fold.node.attributes.int('axis', 0), first.shape.length);
  const outer = elementsOf(first.shape.slice(0, axis));
  const data = identityPerm(outer).flatMap((i) =>
    values.flatMap((value) => {
      const block = elementsOf(value.shape.slice(axis));
      return strided(value.data, [block], [1], i * block);
    }),
  );
  const joined = values.reduce((sum, value) => sum + at(value.shape, axis), 0);
  const shape = first.shape.map((dim, i) => (i === axis ? joined : dim));
  if (data.length !== elementsOf(shape)) fold.node.fail('its inputs have shapes that do not fit together.');
  return constant(shape, first.type, data);
};

const slice: Fold = (fold) => {
  const value = fold.input(0);
  const list = (attribute: string, index: number) => {
    const given = fold.optional(index);
    return fold.node.attributes.ints(attribute) ?? (given && numbers(given));
  };
  const starts = list('starts', 1) ?? fold.node.fail('starts are missing.');
  const ends = list('ends', 2) ?? fold.node.fail('ends are missing.');
  const axes = list('axes', 3) ?? identityPerm(starts.length);
  const steps = list('steps', 4) ?? starts.map(() => 1);
  if ([ends, axes, steps].some(({ length }) => length !== starts.length))
    fold.node.fail('starts, ends, axes and steps have different lengths.');
  const shape = [...value.shape];
  const strides = rowMajorStrides(value.shape);
  let offset = 0;
  axes.forEach((given, i) => {
    const axis = axisOf(fold, given, shape.length);
    const step = at(steps, i) || fold.node.fail('a step is 0.');
    const range = clampedRange(at(starts, i), at(ends, i), step, at(value.shape, axis));
    offset += range.start * at(strides, axis);
    shape[axis] = range.count;
    strides[axis] = at(strides, axis) * step;
  });
  return constant(shape, value.type, strided(value.data, shape, strides, offset));
};

const split: Fold = (fold) => {
  const value = fold.input(0);
  const axis = axisOf(fold, fold.node.attributes.int('axis', 0), value.shape.length);
  const given = fold.optional(1);
  const parts = fold.node.outputs.length;
  const size = Math.ceil(at(value.shape, axis) / parts);
  const sizes =
    fold.node.attributes.ints('split') ?? (given && numbers(given)) ?? new Array<number>(parts).fill(size);
  const strides = rowMajorStrides(value.shape);
  let start = 0;
  return sizes.map((wanted) => {
    const count = Math.min(wanted, at(value.shape, axis) - start);
    const shape = value.shape.map((dim, i) => (i === axis ? count : dim));
    const data = strided(value.data, shape, strides, start * at(strides, axis));
    start += count;
    return constant(shape, value.type, data);
  });
};

const tile: Fold = ({ input, node }) => {
  const [value, repeats] = [input(0), sizesOf(input(1))];
  if (repeats.length !== value.shape.length) node.fail('it has not one repeat for each dimension.');
  const pairs = value.shape.flatMap((dim, axis) => [at(repeats, axis), dim]);
  const strides = rowMajorStrides(value.shape).flatMap((stride) => [0, stride]);
  const shape = value.shape.map((dim, axis) => dim * at(repeats, axis));
  return constant(shape, value.type, strided(value.data, pairs, strides));
};

export const shapeFolds: FoldTable = {
  Identity: identity,
  Dropout: ({ input }) => input(0),
  Cast: cast,
  CastLike: cast,
  Transpose: transpose,
  Unsqueeze: unsqueeze,
  Squeeze: squeeze,
  Reshape: reshape,
  Flatten: flatten,
  Shape: shapeOf,
  Size: ({ input }) => sizeOf(input(0).shape),
  Gather: gather,
  Concat: concat,
  Slice: slice,
  Split: split,
  Tile: tile,
};
