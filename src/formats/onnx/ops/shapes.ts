import type { Dim, Shape, ValueId } from '../../../graph/graph';
import type { OpContext, OpTable } from '../context';
import { at, home, identityPerm, permuted } from '../layout';
import type { Activation, Tensor } from '../values';
import { withRank } from './broadcast';
import { broadcastShapes } from '../../constants/broadcast';
import { unsupported } from '../../constants/constant';
import { DataType, isFloat, typeName } from '../../constants/element-types';
import { resolveReshape } from '../../constants/reshape';

function reshape(context: OpContext): Tensor {
  const value = context.activation(0);
  const wanted = Array.from(context.constant(1).data);
  const allowZero = context.attributes.int('allowzero', 0) !== 0;
  const shape = resolveReshape(value.shape, wanted, allowZero, context.fixedBatch);
  return Array.isArray(shape) ? context.reshaped(value, shape) : unsupported(shape.problem);
}

function flatten(context: OpContext): Tensor {
  const value = context.activation(0);
  const rank = value.shape.length;
  const axis = context.attributes.int('axis', 1);
  const split = axis === rank ? rank : context.axis(axis, Math.max(rank, 1));
  const join = (dims: Shape): Dim => {
    const product = dims.reduce<number>((size, dim) => size * (dim ?? 1), 1);
    if (!dims.includes(null)) return product;
    return product === 1 ? null : unsupported('it merges the batch with other axes');
  };
  const [rows, columns] = [join(value.shape.slice(0, split)), join(value.shape.slice(split))];
  if (columns === null) unsupported('it merges the batch with other axes');
  return context.reshaped(value, [rows, columns]);
}

/** Only the tag changes: the value's own axes stay where they are. */
function transpose(context: OpContext): Tensor {
  const value = context.activation(0);
  const rank = value.shape.length;
  const order = context.attributes.ints('perm', identityPerm(rank).reverse());
  if (order.length !== rank || new Set(order.map((axis) => context.axis(axis, rank))).size !== rank)
    context.node.fail(`perm [${order.join(', ')}] does not fit ${rank} dimensions.`);
  const perm = home(value).map((axis) => order.indexOf(axis));
  return context.result(context.arranged(value, home(value)), perm, 0, value.type);
}

function squeeze(context: OpContext): Tensor {
  const value = context.activation(0);
  const rank = value.shape.length;
  const given = context.intsFrom('axes', 1)?.map((axis) => context.axis(axis, rank));
  const inFile = value.shape.map((dim) => dim ?? context.fixedBatch);
  const axes = given ?? identityPerm(rank).filter((axis) => inFile[axis] === 1);
  if (axes.some((axis) => value.shape[axis] === null)) unsupported('it removes the batch axis');
  if (axes.some((axis) => value.shape[axis] !== 1)) context.node.fail('it squeezes an axis longer than 1.');
  return withoutAxes(context, value, axes);
}

/** Drops axes of length 1 where they are, without reordering the others. */
export function withoutAxes(context: OpContext, value: Activation, axes: readonly number[]): Activation {
  const perm = home(value);
  const kept = perm.filter((axis) => !axes.includes(axis));
  const renumbered = kept.map((axis) => axis - axes.filter((dropped) => dropped < axis).length);
  const shape = kept.map((axis) => at(value.shape, axis));
  const id = context.add({ op: 'reshape', inputs: [context.arranged(value, perm)] }, shape);
  return context.result(id, renumbered, 0, value.type);
}

function unsqueeze(context: OpContext): Tensor {
  const value = context.activation(0);
  const added = context.intsFrom('axes', 1) ?? context.node.fail('axes are missing.');
  const rank = value.shape.length + added.length;
  const axes = added.map((axis) => context.axis(axis, rank));
  if (new Set(axes).size !== axes.length) context.node.fail('an axis is named twice.');
  if (axes.includes(0) && value.shape[0] === null) unsupported('it puts the batch on another axis');
  const kept = identityPerm(rank).filter((axis) => !axes.includes(axis));
  const shape: Dim[] = new Array<Dim>(rank).fill(1);
  kept.forEach((axis, i) => (shape[axis] = at(value.shape, i)));
  return context.reshaped(value, shape);
}

function expand(context: OpContext): Tensor {
  const value = context.activation(0);
  const wanted = Array.from(context.constant(1).data);
  const target = broadcastShapes(value.shape, literalBatch(context, value.shape, wanted));
  const widened = withRank(context, value, target.length);
  const perm = home(widened);
  const shape = perm.map((axis) => at(target, axis));
  const id = context.add({ op: 'expand', inputs: [context.arranged(widened, perm)] }, shape);
  return context.result(id, perm, 0, value.type);
}

/** A literal that repeats the batch size stands for the batch. */
function literalBatch(context: OpContext, from: Shape, wanted: readonly Dim[]): Dim[] {
  const offset = wanted.length - from.length;
  return wanted.map((dim, axis) =>
    dim !== null && dim === context.fixedBatch && from[axis - offset] === null ? null : dim,
  );
}

/** The input itself. */
function same(context: OpContext): Tensor {
  return { ...context.activation(0), name: context.outputName(0) };
}

/** Its second output, the mask, is true everywhere. */
function dropout(context: OpContext): readonly Tensor[] {
  const training = context.optionalConstant(2);
  const share = context.optionalConstant(1);
  if (training?.data[0] === 1 && share?.data[0] !== 0) unsupported('it is in training mode');
  const result = same(context);
  if (context.node.outputs.length === 1) return [result];
  const value = context.activation(0);
  const shape = permuted(value.shape, home(value));
  const mask = context.add({ op: 'expand', inputs: [context.scalar(1)] }, shape);
  return [result, context.result(mask, home(value), 1, DataType.BOOL)];
}

function cast(context: OpContext): Tensor {
  const value = context.activation(0);
  const to = context.attributes.int('to') ?? context.node.fail('the type to cast to is missing.');
  return convert(context, value, to);
}

function castLike(context: OpContext): Tensor {
  const [value, model] = [context.activation(0), context.activation(1)];
  return convert(context, value, model.type);
}

/** Real numbers lose their fraction on the way to whole ones. */
function convert(context: OpContext, value: Activation, to: number): Activation {
  if (to === DataType.BFLOAT16 && to !== value.type) unsupported('it rounds to bfloat16');
  if (isFloat(to) || to === value.type) return { ...value, name: context.outputName(0), type: to };
  const perm = home(value);
  const x = context.arranged(value, perm);
  if (to === DataType.BOOL) {
    const isZero = (id: ValueId) =>
      context.add({ op: 'binary', kind: 'equal', inputs: [id, context.scalar(0)] });
    return context.result(isZero(isZero(x)), perm, 0, to);
  }
  if (value.type === DataType.BOOL || (WIDE.includes(to) && !isFloat(value.type)))
    return { ...value, name: context.outputName(0), type: to };
  if (!WIDE.includes(to)) return unsupported(`it wraps numbers around to ${typeName(to)}`);
  const unary = (kind: 'abs' | 'floor' | 'sign', id: ValueId) =>
    context.add({ op: 'unary', fn: { kind }, inputs: [id] });
  const inputs = [unary('sign', x), unary('floor', unary('abs', x))] as const;
  return context.result(context.add({ op: 'binary', kind: 'mul', inputs }), perm, 0, to);
}

/** Whole numbers that hold whatever a float32 computes exactly. */
const WIDE: readonly number[] = [DataType.INT32, DataType.INT64];

export const shapes: OpTable = {
  Reshape: reshape,
  Flatten: flatten,
  Transpose: transpose,
  Squeeze: squeeze,
  Unsqueeze: unsqueeze,
  Expand: expand,
  Identity: same,
  Dropout: dropout,
  Cast: cast,
  CastLike: castLike,
};
