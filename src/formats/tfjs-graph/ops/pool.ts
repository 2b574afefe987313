import type { ReduceNode } from '../../../graph/nodes';
import { pooledSize } from '../../../graph/spatial';
import type { OpReader, OpTable } from '../context';
import { pair, spatialInput, spatialResult, windowPads } from './spatial';

function pool(kind: 'max' | 'average'): OpReader {
  return (context) => {
    const input = spatialInput(context, context.real(0));
    const [kernel, strides] = [pair(context, 'ksize', input), pair(context, 'strides', input)];
    const dilations = [1, 1] as const;
    const pads = windowPads(context, input, kernel, strides, dilations);
    const [top, left, bottom, right] = pads;
    const shape = [
      context.builder.shape(input.id)[0] ?? null,
      pooledSize(input.height, kernel[0], strides[0], 1, top + bottom, false),
      pooledSize(input.width, kernel[1], strides[1], 1, left + right, false),
      input.channels,
    ];
    const inputs = [input.id] as const;
    const id = context.add(
      { op: 'pool', kind, inputs, kernel, strides, dilations, pads, countIncludePad: false },
      shape,
    );
    return spatialResult(context, id, input);
  };
}

function reduce(kind: ReduceNode['kind']): OpReader {
  return (context) => {
    const value = context.real(0);
    const axes = context.numbers(1).map((axis) => context.axis(axis, value.shape.length));
    for (const axis of axes) context.size(value, axis);
    if (axes.length === 0) return value;
    const sorted = [...new Set(axes)].sort((a, b) => a - b);
    const keepDims = context.attributes.bool('keep_dims');
    return context.result(context.add({ op: 'reduce', kind, inputs: [value.id], axes: sorted, keepDims }));
  };
}

export const pools: OpTable = {
  MaxPool: pool('max'),
  AvgPool: pool('average'),
  Mean: reduce('mean'),
  Sum: reduce('sum'),
  Max: reduce('max'),
  Min: reduce('min'),
  Prod: reduce('prod'),
};
