import type { GraphProto, ValueInfoProto } from 'onnx-buf';
import type { Dim, Shape } from '../../../graph/graph';

/**
 * Brings the shapes recorded in the file up to date: `value_info`, and inputs that are weights.
 * @param shapeOf the new shape of a value; `undefined` where it is not known to have stayed as it was
 * @param keeps whether a value with no known shape surely kept its own
 */
export function updateValueInfo(
  graph: GraphProto,
  shapeOf: (name: string) => Shape | undefined,
  keeps: (name: string) => boolean,
): void {
  const tensors = new Map(graph.initializer.map(({ name, dims }) => [name, dims.map(Number)]));
  for (const info of graph.input) update(info, tensors.get(info.name));
  graph.valueInfo = graph.valueInfo.filter((info) => {
    const shape = tensors.get(info.name) ?? shapeOf(info.name);
    return shape ? update(info, shape) : keeps(info.name);
  });
}

/** @returns whether the recorded shape is now right */
function update(info: ValueInfoProto, shape: readonly Dim[] | undefined): boolean {
  if (!shape || info.type?.value.case !== 'tensorType') return true;
  const dims = info.type.value.value.shape?.dim;
  if (!dims) return true;
  if (dims.length !== shape.length) return false;
  dims.forEach((dim, axis) => {
    const size = shape[axis];
    if (dim.value.case === 'dimValue' && size !== null && size !== undefined)
      dim.value = { case: 'dimValue', value: BigInt(size) };
  });
  return true;
}
