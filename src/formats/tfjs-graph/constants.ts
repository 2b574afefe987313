import { decodeWeight, isNumeric, type StoredWeight } from '../tfjs/manifest';
import type { TfNode } from './topology';
import { unsupported, type Constant } from '../constants/constant';
import { DataType } from '../constants/element-types';

const types: Readonly<Record<string, number>> = {
  float32: DataType.FLOAT,
  int32: DataType.INT32,
  bool: DataType.BOOL,
};

/** What a Const node holds: the weight of its name. @throws Unsupported for text, InputError when it is missing */
export function constantOf(node: TfNode, weights: ReadonlyMap<string, StoredWeight>): Constant {
  const weight = weights.get(node.name) ?? node.fail('the manifest has no weight of its name.');
  if (!isNumeric(weight)) return unsupported(`${node.name} holds ${weight.dtype} elements`);
  return {
    kind: 'constant',
    shape: weight.shape,
    type: types[weight.dtype] ?? DataType.FLOAT,
    data: decodeWeight(weight),
    origin: { tensor: node.name, axes: weight.shape.map((_, axis) => axis), trained: true },
  };
}
