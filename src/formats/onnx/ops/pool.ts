import type { ReduceNode } from '../../../graph/graph';
import { pooledSize } from '../../../graph/spatial';
import type { OpContext, OpReader, OpTable } from '../context';
import { channelsLast } from '../layout';
import { unsupported, type Activation, type Tensor } from '../values';
import { spatialInput, spatialResult, window } from './spatial';

/** Dilated windows are computed element by element, at a cost in memory. */
const MOST_DILATED_TAPS = 256;

function pool(kind: 'max' | 'average'): OpReader {
  return (context) => {
    if (context.attributes.int('storage_order', 0) !== 0) unsupported('it stores indices by columns');
    return pooled(context, context.real(0), kind, context.attributes.int('count_include_pad', 0) === 1);
  };
}

function pooled(
  context: OpContext,
  value: Activation,
  kind: 'max' | 'average',
  countIncludePad: boolean,
): Activation {
  const input = spatialInput(context, value);
  const kernelShape =
    context.attributes.ints('kernel_shape') ?? context.node.fail('kernel_shape is missing.');
  const frame = window(context, input, kernelShape);
  const taps = frame.kernel[0] * frame.kernel[1];
  if (Math.max(...frame.dilations) > 1 && taps > MOST_DILATED_TAPS)
    unsupported(`its dilated window has ${taps} elements`);
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

/** (Σ|x|^p)^(1/p) over a window, from the mean of |x|^p */
function lpPool(context: OpContext): Tensor {
  const p = context.attributes.int('p', 2);
  if (p !== 1 && p !== 2) unsupported(`it takes the ${p}-norm; the 1-norm and the 2-norm are computed`);
  if (context.attributes.int('ceil_mode', 0) === 1) unsupported('it rounds its size up');
  const value = context.real(0);
  const perm = channelsLast(value.shape.length);
  const power = context.add({
    op: 'unary',
    fn: { kind: p === 2 ? 'square' : 'abs' },
    inputs: [context.arranged(value, perm)],
  });
  const mean = pooled(context, context.result(power, perm), 'average', true);
  const cells = (context.attributes.ints('kernel_shape') ?? []).reduce((count, size) => count * size, 1);
  const sum = context.add({
    op: 'binary',
    kind: 'mul',
    inputs: [context.arranged(mean, perm), context.scalar(cells)],
  });
  if (p === 1) return context.result(sum, perm);
  return context.result(context.add({ op: 'unary', fn: { kind: 'sqrt' }, inputs: [sum] }), perm);
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
