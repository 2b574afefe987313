import type { ValueId } from '../../../graph/graph';
import type { ReduceNode } from '../../../graph/nodes';
import { pooledSize } from '../../../graph/spatial';
import type { OpContext, OpReader, OpTable } from '../context';
import { at, channelsLast } from '../layout';
import type { Activation, Tensor } from '../values';
import { spatialInput, spatialResult, window, windowAlong } from './spatial';
import { elementsOf, unsupported } from '../../constants/constant';

/** Dilated windows are computed element by element, at a cost in memory. */
const MOST_DILATED_TAPS = 256;

function pool(kind: 'max' | 'average'): OpReader {
  return (context) => {
    if (context.attributes.int('storage_order', 0) !== 0) unsupported('it stores indices by columns');
    const value = kind === 'max' ? context.activation(0) : context.real(0);
    const result = pooled(context, value, kind, context.attributes.int('count_include_pad', 0) === 1);
    return { ...result, type: value.type };
  };
}

function pooled(
  context: OpContext,
  value: Activation,
  kind: 'max' | 'average',
  countIncludePad: boolean,
): Activation {
  const { attributes } = context;
  // Implementations differ on what "same" means then.
  if (
    attributes.string('auto_pad', '').startsWith('SAME') &&
    attributes.ints('dilations')?.some((d) => d > 1)
  )
    unsupported('it pads a dilated window to the same size');
  if (value.shape.length > 4) return pooledAxisByAxis(context, value, kind, countIncludePad);
  const input = spatialInput(context, value);
  const kernelShape =
    context.attributes.ints('kernel_shape') ?? context.node.fail('kernel_shape is missing.');
  const frame = window(context, input, kernelShape);
  const taps = frame.kernel[0] + frame.kernel[1];
  if (Math.max(...frame.dilations) > 1 && taps > MOST_DILATED_TAPS)
    unsupported(`its dilated window is ${frame.kernel.join('×')}`);
  const ceil = context.attributes.int('ceil_mode', 0) === 1;
  const [top, left, bottom, right] = frame.pads;
  const size = (axis: 0 | 1, length: number, before: number, after: number) =>
    pooledSize(
      length,
      frame.kernel[axis],
      frame.strides[axis],
      frame.dilations[axis],
      before + after,
      ceil,
      before,
    );
  const rows = size(0, input.height, top, bottom);
  const columns = size(1, input.width, left, right);
  const [batch = null] = context.builder.shape(input.id);
  const id = context.add({ op: 'pool', kind, inputs: [input.id], ...frame, countIncludePad }, [
    batch,
    rows,
    columns,
    input.channels,
  ]);
  return spatialResult(context, id, input.axes);
}

/** Extremes and averages over a box are those along one axis after the other. */
function pooledAxisByAxis(
  context: OpContext,
  value: Activation,
  kind: 'max' | 'average',
  countIncludePad: boolean,
): Activation {
  const { attributes, node } = context;
  const kernel = attributes.ints('kernel_shape') ?? node.fail('kernel_shape is missing.');
  const ceil = attributes.int('ceil_mode', 0) === 1;
  const spatial = value.shape.slice(2).map((_, i) => i + 2);
  if (kernel.length !== spatial.length)
    node.fail(`its kernel has ${kernel.length} entries for ${spatial.length} dimensions.`);
  return spatial.reduce((x, axis, i) => {
    const length = context.size(x, axis);
    const side = windowAlong(context, i, spatial.length, length, at(kernel, i));
    if (side.dilation > 1 && side.taps > MOST_DILATED_TAPS)
      unsupported(`its dilated window is ${side.taps} long`);
    const perm = [0, axis, ...spatial.filter((other) => other !== axis), 1];
    const placed = context.arranged(x, perm);
    const shape = context.builder.shape(placed);
    const [batch, channels] = [at(shape, 0), at(shape, shape.length - 1)];
    const others = elementsOf(shape.slice(2, -1).map((dim) => dim ?? 1));
    const flat = context.add({ op: 'reshape', inputs: [placed] }, [batch, length, others, channels]);
    const { taps, stride, dilation, before, after } = side;
    const rows = pooledSize(length, taps, stride, dilation, before + after, ceil, before);
    const pooledAlong = context.add(
      {
        op: 'pool',
        kind,
        inputs: [flat],
        kernel: [taps, 1],
        strides: [stride, 1],
        dilations: [dilation, 1],
        pads: [before, 0, after, 0],
        countIncludePad,
      },
      [batch, rows, others, channels],
    );
    const apart = [batch, rows, ...shape.slice(2)];
    return context.result(context.add({ op: 'reshape', inputs: [pooledAlong] }, apart), perm);
  }, value);
}

/** (Σ|x|^p)^(1/p) over a window, from the mean of |x|^p */
function lpPool(context: OpContext): Tensor {
  const p = context.attributes.int('p', 2);
  if (p < 1) unsupported(`it takes the ${p}-norm`);
  if (context.attributes.int('ceil_mode', 0) === 1) unsupported('it rounds its size up');
  const value = context.real(0);
  const perm = channelsLast(value.shape.length);
  const size = context.add({ op: 'unary', fn: { kind: 'abs' }, inputs: [context.arranged(value, perm)] });
  const raised = (id: ValueId, by: number) =>
    by === 1 ? id : context.add({ op: 'binary', kind: 'pow', inputs: [id, context.scalar(by)] });
  const power = raised(size, p);
  const mean = pooled(context, context.result(power, perm), 'average', true);
  const cells = (context.attributes.ints('kernel_shape') ?? []).reduce((count, size) => count * size, 1);
  const sum = context.add({
    op: 'binary',
    kind: 'mul',
    inputs: [context.arranged(mean, perm), context.scalar(cells)],
  });
  return context.result(raised(sum, 1 / p), perm);
}

function globalPool(kind: ReduceNode['kind']): OpReader {
  return (context) => overSpace(context, kind);
}

function overSpace(context: OpContext, kind: ReduceNode['kind']): Activation {
  const value = context.real(0);
  const perm = channelsLast(value.shape.length);
  const axes = perm.slice(1, -1).map((_, i) => i + 1);
  const inputs = [context.arranged(value, perm)] as const;
  return context.result(context.add({ op: 'reduce', kind, inputs, axes, keepDims: true }), perm);
}

function globalLpPool(context: OpContext): Tensor {
  const p = context.attributes.int('p', 2);
  if (p !== 1 && p !== 2) unsupported(`it takes the ${p}-norm; the 1-norm and the 2-norm are computed`);
  return overSpace(context, p === 2 ? 'l2' : 'l1');
}

export const pools: OpTable = {
  MaxPool: pool('max'),
  AveragePool: pool('average'),
  LpPool: lpPool,
  GlobalAveragePool: globalPool('mean'),
  GlobalMaxPool: globalPool('max'),
  GlobalLpPool: globalLpPool,
};
