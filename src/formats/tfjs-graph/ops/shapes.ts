import type { Dim } from '../../../graph/graph';
import type { OpContext, OpReader, OpTable } from '../context';
import type { Activation, Tensor } from '../values';
import { isOnlySample, NO_BATCH, withBatch, withoutBatch } from './batch';
import { unsupported } from '../../constants/constant';
import { isFloat } from '../../constants/element-types';
import { resolveReshape } from '../../constants/reshape';

function reshape(context: OpContext): Tensor {
  const value = context.activation(0);
  const wanted = Array.from(context.constant(1).data);
  if (value.withoutBatch) return reshapedToBatch(context, value, wanted);
  const shape = resolveReshape(value.shape, wanted, true, context.fixedBatch);
  return Array.isArray(shape) ? context.reshaped(value, shape) : unsupported(shape.problem);
}

/** A reshape that puts back the batch axis of length 1. */
function reshapedToBatch(context: OpContext, value: Activation, wanted: readonly Dim[]): Tensor {
  const shape = resolveReshape(value.shape, wanted, true);
  if (!Array.isArray(shape) || wanted[0] !== 1) return unsupported(NO_BATCH);
  return context.reshaped(withBatch(value), [null, ...shape.slice(1)]);
}

function transpose(context: OpContext): Tensor {
  const value = context.activation(0);
  const rank = value.shape.length;
  const perm = context.numbers(1).map((axis) => context.axis(axis, rank));
  if (perm.length !== rank || new Set(perm).size !== rank)
    context.node.fail(`[${perm.join(', ')}] is no order of ${rank} axes.`);
  if (value.shape[0] === null && perm[0] !== 0) unsupported('it puts the batch on another axis');
  return context.result(context.add({ op: 'transpose', inputs: [value.id], perm }), value.type);
}

function squeeze(context: OpContext): Tensor {
  const value = context.activation(0);
  const given = context.attributes.ints('squeeze_dims') ?? [];
  const listed = given.map((axis) => context.axis(axis, value.shape.length));
  if (listed.some((axis) => isOnlySample(context, value, axis)))
    return withoutBatch(
      squeezed(
        context,
        value,
        listed.filter((axis) => axis !== 0),
      ),
    );
  if (value.withoutBatch) {
    const whole = squeezed(
      context,
      withBatch(value),
      listed.map((axis) => axis + 1),
    );
    return listed.length > 0 ? withoutBatch(whole) : unsupported(NO_BATCH);
  }
  const axes = listed.length > 0 ? listed : lengthOne(context, value);
  return squeezed(context, value, axes);
}

function lengthOne(context: OpContext, { shape }: Activation): number[] {
  if (shape[0] === null && context.fixedBatch === 1) unsupported('it removes the batch axis');
  return shape.flatMap((dim, axis) => (dim === 1 ? [axis] : []));
}

function squeezed(context: OpContext, value: Activation, axes: readonly number[]): Activation {
  if (axes.length === 0) return value;
  const dropped = (axis: number) => axes.includes(axis);
  for (const axis of axes)
    if (context.size(value, axis) !== 1) context.node.fail('it squeezes an axis longer than 1.');
  return context.reshaped(
    value,
    value.shape.filter((_, axis) => !dropped(axis)),
  );
}

function expandDims(context: OpContext): Tensor {
  const value = context.activation(0);
  const axis = context.axis(context.number(1), value.shape.length + 1);
  if (value.withoutBatch) {
    if (axis === 0) return withBatch(value);
    const whole = withBatch(value);
    return withoutBatch(context.reshaped(whole, whole.shape.toSpliced(axis + 1, 0, 1)));
  }
  if (axis === 0 && value.shape[0] === null) unsupported('it puts the batch on another axis');
  return context.reshaped(value, value.shape.toSpliced(axis, 0, 1));
}

function cast(context: OpContext): Tensor {
  const value = context.activation(0);
  const to = context.attributes.type('DstT');
  if (!isFloat(to) && to !== value.type) unsupported('it rounds to whole numbers');
  return { ...value, type: to };
}

/** The input itself. */
const same: OpReader = (context) => context.activation(0);

function softmax(op: 'softmax' | 'logSoftmax'): OpReader {
  return (context) => {
    const value = context.real(0);
    const axis = value.shape.length - 1;
    context.size(value, axis);
    return context.result(context.add({ op, inputs: [value.id], axis }));
  };
}

/** [N,H,W,b·b·C] → [N,H·b,W·b,C] */
function depthToSpace(context: OpContext): Tensor {
  const value = context.activation(0);
  const block = context.attributes.int('block_size', 1);
  const format = context.attributes.string('data_format', 'NHWC');
  if (format !== 'NHWC' || value.shape.length !== 4) unsupported(`its data_format is ${format}`);
  const [batch = null] = value.shape;
  const [height, width, deep] = [context.size(value, 1), context.size(value, 2), context.size(value, 3)];
  const channels = deep / (block * block);
  if (!(block > 0) || !Number.isInteger(channels))
    context.node.fail(`${deep} channels do not fill blocks of ${block}×${block}.`);
  const apart = context.reshaped(value, [batch, height, width, block, block, channels]);
  const moved = context.add({ op: 'transpose', inputs: [apart.id], perm: [0, 1, 3, 2, 4, 5] });
  return context.reshaped(context.result(moved, value.type), [
    batch,
    height * block,
    width * block,
    channels,
  ]);
}

export const shapes: OpTable = {
  Reshape: reshape,
  Transpose: transpose,
  Squeeze: squeeze,
  ExpandDims: expandDims,
  Cast: cast,
  Identity: same,
  StopGradient: same,
  Snapshot: same,
  PreventGradient: same,
  CheckNumerics: same,
  PlaceholderWithDefault: same,
  Softmax: softmax('softmax'),
  LogSoftmax: softmax('logSoftmax'),
  DepthToSpace: depthToSpace,
};
