import type { OpContext, OpReader, OpTable } from '../context';
import { home, identityPerm } from '../layout';
import type { Tensor } from '../values';
import { constantOperand } from './broadcast';
import { remaining } from './reduce';
import { elementsOf, numbers, unsupported, type Constant } from '../../constants/constant';
import { DataType } from '../../constants/element-types';

function argReduce(kind: 'max' | 'min'): OpReader {
  return (context) => {
    const { attributes } = context;
    const value = context.activation(0);
    const axis = context.axis(attributes.int('axis', 0), value.shape.length);
    context.size(value, axis);
    const keepDims = attributes.int('keepdims', 1) !== 0;
    const perm = home(value);
    const id = context.add({
      op: 'argReduce',
      kind,
      inputs: [context.arranged(value, perm)],
      axis: perm.indexOf(axis),
      keepDims,
      selectLast: attributes.int('select_last_index', 0) !== 0,
    });
    return context.result(id, keepDims ? perm : remaining(perm, [axis]), 0, DataType.INT64);
  };
}

function topK(context: OpContext): readonly Tensor[] {
  const { attributes } = context;
  const value = context.activation(0);
  const axis = context.axis(attributes.int('axis', -1), value.shape.length);
  const size = context.size(value, axis);
  const count = attributes.int('k') ?? numbers(context.constant(1))[0] ?? 0;
  if (!(count >= 1 && count <= size)) unsupported(`it takes ${count} of ${size} elements`);
  const perm = home(value);
  const inputs = [context.arranged(value, perm)] as const;
  const largest = attributes.int('largest', 1) !== 0;
  return (['values', 'indices'] as const).map((result, output) => {
    const id = context.add({ op: 'topK', result, inputs, axis: perm.indexOf(axis), count, largest });
    return context.result(id, perm, output, result === 'values' ? value.type : DataType.INT64);
  });
}

function cumSum(context: OpContext): Tensor {
  const value = context.real(0);
  const axis = context.axis(numbers(context.constant(1))[0] ?? 0, value.shape.length);
  context.size(value, axis);
  const perm = home(value);
  const id = context.add({
    op: 'cumSum',
    inputs: [context.arranged(value, perm)],
    axis: perm.indexOf(axis),
    exclusive: context.attributes.int('exclusive', 0) !== 0,
    reverse: context.attributes.int('reverse', 0) !== 0,
  });
  return context.result(id, perm, 0, value.type);
}

const LARGEST_TRIANGLE = 2 ** 22;

/** Zero above (or below) a diagonal of the last two axes. */
function trilu(context: OpContext): Tensor {
  const value = context.activation(0);
  const rank = value.shape.length;
  if (rank < 2) context.node.fail('it needs a matrix.');
  const shape = [context.size(value, rank - 2), context.size(value, rank - 1)];
  if (elementsOf(shape) > LARGEST_TRIANGLE) unsupported(`its matrix is ${shape.join('×')}`);
  const offset = numbers(context.optionalConstant(1) ?? NO_OFFSET)[0] ?? 0;
  const stays = triangle(shape, offset, context.attributes.int('upper', 1) !== 0);
  const perm = home(value);
  const mask: Constant = { kind: 'constant', shape, type: DataType.FLOAT, data: stays, origin: null };
  const inputs = [
    constantOperand(context, mask, perm),
    context.arranged(value, perm),
    context.scalar(0),
  ] as const;
  return context.result(context.add({ op: 'where', inputs }), perm, 0, value.type);
}

const NO_OFFSET: Constant = {
  ...{ kind: 'constant', shape: [], type: DataType.INT64 },
  ...{ data: [0], origin: null },
};

/** 1 where an element of a matrix is kept, row-major. */
export function triangle(shape: readonly number[], offset: number, upper: boolean): Float32Array {
  const [rows = 1, columns = 1] = shape;
  return Float32Array.from({ length: rows * columns }, (_, i) => {
    const past = (i % columns) - Math.floor(i / columns) - offset;
    return (upper ? past >= 0 : past <= 0) ? 1 : 0;
  });
}

/** Crops or pads each axis about its middle. */
function centerCropPad(context: OpContext): Tensor {
  const value = context.activation(0);
  const rank = value.shape.length;
  const axes = context.attributes.ints('axes')?.map((axis) => context.axis(axis, rank)) ?? identityPerm(rank);
  const sizes = Array.from(context.constant(1).data);
  if (sizes.length !== axes.length) context.node.fail(`${sizes.length} sizes for ${axes.length} axes.`);
  const perm = home(value);
  const id = axes.reduce(
    (x, axis, i) => {
      const [from, to] = [value.shape[axis] ?? null, sizes[i] ?? null];
      if (from === to || (from === null && to === context.fixedBatch)) return x;
      if (from === null || to === null) return unsupported('it crops the batch');
      const place = perm.indexOf(axis);
      if (to < from) {
        const start = Math.floor((from - to) / 2);
        return context.add({ op: 'slice', inputs: [x], axis: place, start, count: to, step: 1 });
      }
      const before = Math.floor((to - from) / 2);
      const pads = perm.map((_, at) => (at === place ? ([before, to - from - before] as const) : NO_PADS));
      return context.add({ op: 'pad', inputs: [x], mode: 'constant', value: 0, pads });
    },
    context.arranged(value, perm),
  );
  return context.result(id, perm, 0, value.type);
}

const NO_PADS = [0, 0] as const;

export const ranking: OpTable = {
  ArgMax: argReduce('max'),
  ArgMin: argReduce('min'),
  TopK: topK,
  CumSum: cumSum,
  Trilu: trilu,
  CenterCropPad: centerCropPad,
};
