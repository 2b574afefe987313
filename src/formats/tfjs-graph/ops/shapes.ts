import { resolveReshape } from '../../onnx/reshape';
import { isFloat } from '../../onnx/types';
import type { OpContext, OpReader, OpTable } from '../context';
import { unsupported, type Tensor } from '../values';

function reshape(context: OpContext): Tensor {
  const value = context.activation(0);
  const wanted = Array.from(context.constant(1).data);
  const shape = resolveReshape(value.shape, wanted, true, context.fixedBatch);
  return Array.isArray(shape) ? context.reshaped(value, shape) : unsupported(shape.problem);
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
  const axes = given.map((axis) => context.axis(axis, value.shape.length));
  const dropped = (axis: number) => (axes.length === 0 ? value.shape[axis] === 1 : axes.includes(axis));
  if (axes.length === 0 && context.fixedBatch === 1 && value.shape[0] === null)
    unsupported('it removes the batch axis');
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
