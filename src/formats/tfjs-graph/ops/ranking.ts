import { unsupported } from '../../constants/constant';
import { DataType } from '../../constants/element-types';
import type { OpContext, OpReader, OpTable } from '../context';
import type { Activation } from '../values';

/** The first of equal extremes; the axis is dropped. */
function argReduce(kind: 'max' | 'min'): OpReader {
  return (context) => {
    const value = context.activation(0);
    const axis = context.axis(context.has(1) ? context.number(1) : 0, value.shape.length);
    context.size(value, axis);
    const inputs = [value.id] as const;
    const id = context.add({ op: 'argReduce', kind, inputs, axis, keepDims: false, selectLast: false });
    return context.result(id, DataType.INT32);
  };
}

/** The largest along the last axis, and where they are. */
function topK(context: OpContext): readonly Activation[] {
  const value = context.activation(0);
  const axis = value.shape.length - 1;
  const [size, count] = [context.size(value, axis), context.number(1)];
  if (!(count >= 1 && count <= size)) unsupported(`it takes ${count} of ${size} elements`);
  return (['values', 'indices'] as const).map((result) => {
    const inputs = [value.id] as const;
    const id = context.add({ op: 'topK', result, inputs, axis, count, largest: true });
    return context.result(id, result === 'values' ? value.type : DataType.INT32);
  });
}

function cumSum(context: OpContext): Activation {
  const value = context.real(0);
  const axis = context.axis(context.number(1), value.shape.length);
  context.size(value, axis);
  const [exclusive, reverse] = [context.attributes.bool('exclusive'), context.attributes.bool('reverse')];
  return context.result(context.add({ op: 'cumSum', inputs: [value.id], axis, exclusive, reverse }));
}

export const ranking: OpTable = {
  ArgMax: argReduce('max'),
  ArgMin: argReduce('min'),
  TopKV2: topK,
  Cumsum: cumSum,
};
