import type { Dim, Shape } from '../../../graph/graph';
import { sliceRanges, stridedRanges } from '../ops/ranges';
import {
  axisOf,
  concatenated,
  reshaped,
  single,
  sliceAxis,
  type Fold,
  type FoldInput,
  type FoldTable,
} from './fold';
import { constant, elementsOf, numbers, unsupported, type Constant } from '../../constants/constant';
import { DataType, isFloat } from '../../constants/element-types';
import { resolveReshape } from '../../constants/reshape';
import { broadcastTo, rowMajorStrides, strided } from '../../constants/strided';

const LARGEST = 2 ** 24;

const same: Fold = ({ input }) => input(0);

const cast: Fold = ({ node, input }) => {
  const to = node.attributes.type('DstT');
  const value = input(0);
  if (isFloat(to) && isFloat(value.type)) return { ...value, type: to };
  const convert =
    to === DataType.BOOL ? (dim: number) => (dim === 0 ? 0 : 1) : isFloat(to) ? Number : Math.trunc;
  return constant(
    value.shape,
    to,
    Array.from(value.data, (dim) => (dim === null ? null : convert(dim))),
  );
};

/** The operator Shape. */
export function dimsOf(shape: Shape): Constant {
  return constant([shape.length], DataType.INT32, shape);
}

/** The operator Size. */
export function sizeOf(shape: Shape): Constant {
  const rest = shape.reduce<number>((product, dim) => product * (dim ?? 1), 1);
  if (shape.includes(null) && rest !== 1) return unsupported('it computes with the batch size');
  return constant([], DataType.INT32, [shape.includes(null) ? null : rest]);
}

/** The operator Rank. */
export function rankOf(shape: Shape): Constant {
  return constant([], DataType.INT32, [shape.length]);
}

const pack: Fold = ({ node, inputs, input }) => {
  const rank = input(0).shape.length + 1;
  const axis = axisOf(node, node.attributes.int('axis', 0), rank);
  const parts = inputs.map((value) => reshaped(value, value.shape.toSpliced(axis, 0, 1)));
  return concatenated(parts, axis, node);
};

const unpack: Fold = ({ node, input }) => {
  const value = input(0);
  const axis = axisOf(node, node.attributes.int('axis', 0), value.shape.length);
  const rest = value.shape.toSpliced(axis, 1);
  return Array.from({ length: value.shape[axis] ?? 0 }, (_, i) =>
    reshaped(sliceAxis(value, axis, i, 1), rest),
  );
};

const concat: Fold = ({ node, inputs, input }) => {
  const rank = input(0).shape.length;
  const axis = axisOf(node, single(node, input(inputs.length - 1)), rank);
  return concatenated(inputs.slice(0, -1), axis, node);
};

const slice: Fold = ({ node, input }) =>
  sliceRanges(node, input(0).shape, numbers(input(1)), numbers(input(2)), null).reduce(
    (value, { axis, start, count }) => sliceAxis(value, axis, start, count),
    input(0),
  );

const stridedSlice: Fold = ({ node, input }) => {
  const value = input(0);
  const bounds = { begin: numbers(input(1)), end: numbers(input(2)), strides: numbers(input(3)) };
  const { ranges, shape } = stridedRanges(node, value.shape, bounds, null);
  const taken = ranges.reduce(
    (rest, { axis, start, count, step }) => sliceAxis(rest, axis, start, count, step),
    value,
  );
  return reshaped(taken, known(shape));
};

const gather: Fold = ({ node, inputs, input }) => {
  const [value, indices] = [input(0), input(1)];
  const given = inputs[2] ? single(node, inputs[2]) : 0;
  if (node.attributes.int('batch_dims', 0) !== 0) unsupported('it picks from each row (batch_dims)');
  const axis = axisOf(node, given, value.shape.length);
  const size = value.shape[axis] ?? 0;
  const picked = numbers(indices).map((index) => {
    if (!(index >= 0 && index < size)) node.fail(`index ${index} is outside its axis.`);
    return sliceAxis(value, axis, index, 1);
  });
  if (picked.length === 0) return unsupported('it picks nothing');
  const shape = [...value.shape.slice(0, axis), ...indices.shape, ...value.shape.slice(axis + 1)];
  return reshaped(concatenated(picked, axis, node), shape);
};

const reshape: Fold = ({ input }) => {
  const shape = resolveReshape(input(0).shape, Array.from(input(1).data));
  return Array.isArray(shape) ? reshaped(input(0), known(shape)) : unsupported(shape.problem);
};

function known(shape: readonly Dim[]): number[] {
  return shape.map((dim) => dim ?? unsupported('it makes a constant as large as the batch'));
}

const expandDims: Fold = ({ node, input }) => {
  const axis = axisOf(node, single(node, input(1)), input(0).shape.length + 1);
  return reshaped(input(0), input(0).shape.toSpliced(axis, 0, 1));
};

const squeeze: Fold = ({ node, input }) => {
  const { shape } = input(0);
  const given = node.attributes.ints('squeeze_dims') ?? [];
  const axes = given.map((axis) => axisOf(node, axis, shape.length));
  const rest = shape.filter((dim, axis) => (axes.length === 0 ? dim !== 1 : !axes.includes(axis)));
  if (elementsOf(rest) !== elementsOf(shape)) node.fail('it squeezes an axis longer than 1.');
  return reshaped(input(0), rest);
};

const transpose: Fold = ({ node, input }) => {
  const value = input(0);
  const perm = numbers(input(1)).map((axis) => axisOf(node, axis, value.shape.length));
  if (new Set(perm).size !== value.shape.length) node.fail('its order of the axes is not one.');
  const strides = rowMajorStrides(value.shape);
  const shape = perm.map((axis) => value.shape[axis] ?? 1);
  return constant(
    shape,
    value.type,
    strided(
      value.data,
      shape,
      perm.map((axis) => strides[axis] ?? 0),
    ),
  );
};

const range: Fold = ({ node, input }) => {
  const [start, limit, step] = [single(node, input(0)), single(node, input(1)), single(node, input(2))];
  const count = step === 0 ? NaN : Math.max(0, Math.ceil((limit - start) / step));
  if (!(count <= LARGEST)) return unsupported(`it would make a constant of ${count} numbers`);
  return constant(
    [count],
    input(0).type,
    Array.from({ length: count }, (_, i) => start + i * step),
  );
};

const fill: Fold = ({ node, input }) => {
  const shape = sizes(input(0));
  return constant(shape, input(1).type, new Array<number>(elementsOf(shape)).fill(single(node, input(1))));
};

/** Sizes for a constant to be made. */
function sizes(value: Constant): number[] {
  const shape = known(Array.from(value.data));
  if (shape.some((dim) => dim < 0) || elementsOf(shape) > LARGEST)
    return unsupported(`it would make a constant of ${shape.join('×')} numbers`);
  return shape;
}

const broadcast: Fold = ({ node, input }) => {
  const shape = sizes(input(1));
  const missing = shape.length - input(0).shape.length;
  if (missing < 0 || input(0).shape.some((dim, axis) => dim !== 1 && dim !== shape[axis + missing]))
    node.fail('its input does not broadcast to that shape.');
  return constant(shape, input(0).type, broadcastTo(input(0), shape));
};

const tile: Fold = ({ node, input }) => {
  const value = input(0);
  const repeats = sizes(input(1));
  if (repeats.length !== value.shape.length) node.fail('it has not one repeat for each dimension.');
  const strides = rowMajorStrides(value.shape).flatMap((stride) => [0, stride]);
  const pairs = value.shape.flatMap((dim, axis) => [repeats[axis] ?? 1, dim]);
  const shape = value.shape.map((dim, axis) => dim * (repeats[axis] ?? 1));
  return constant(shape, value.type, strided(value.data, pairs, strides));
};

/** Of all elements; along some axes only where the others have length 1. */
function reduction(fn: (values: readonly number[]) => number): Fold {
  return (fold: FoldInput) => {
    const value = fold.input(0);
    const { shape } = value;
    const axes = numbers(fold.input(1)).map((axis) => axisOf(fold.node, axis, shape.length));
    if (shape.some((dim, axis) => dim !== 1 && !axes.includes(axis)))
      return unsupported('it reduces a constant along some axes only');
    const keep = fold.node.attributes.bool('keep_dims');
    const result = keep ? shape.map(() => 1) : shape.filter((_, axis) => !axes.includes(axis));
    const dims = Array.from(value.data);
    if (dims.length === 1) return constant(result, value.type, dims);
    return constant(result, value.type, [fn(numbers(value))]);
  };
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);

export const shapes: FoldTable = {
  Identity: same,
  StopGradient: same,
  Snapshot: same,
  PreventGradient: same,
  CheckNumerics: same,
  PlaceholderWithDefault: same,
  Cast: cast,
  Shape: ({ input }) => dimsOf(input(0).shape),
  Size: ({ input }) => sizeOf(input(0).shape),
  Rank: ({ input }) => rankOf(input(0).shape),
  Pack: pack,
  Unpack: unpack,
  ConcatV2: concat,
  Slice: slice,
  StridedSlice: stridedSlice,
  GatherV2: gather,
  Gather: gather,
  Reshape: reshape,
  ExpandDims: expandDims,
  Squeeze: squeeze,
  Transpose: transpose,
  Range: range,
  Fill: fill,
  BroadcastTo: broadcast,
  Tile: tile,
  Prod: reduction((values) => values.reduce((product, value) => product * value, 1)),
  Sum: reduction(sum),
  Mean: reduction((values) => sum(values) / values.length),
  Max: reduction((values) => values.reduce((a, b) => Math.max(a, b), -Infinity)),
  Min: reduction((values) => values.reduce((a, b) => Math.min(a, b), Infinity)),
};
