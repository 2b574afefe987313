import { clone } from '@bufbuild/protobuf';
import { TensorProtoSchema, type GraphProto, type NodeProto, type TensorProto } from 'onnx-buf';
import { sliceTensor } from './slice-tensor';
import type { TensorSlices } from './weights';

/** Gives quantised weights that were sliced along their channels the scales and zero points of those that are left. */
export function sliceScales(
  graph: GraphProto,
  slices: TensorSlices,
  external: (tensor: TensorProto) => Uint8Array,
): void {
  const initializers = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  for (const node of graph.node) {
    if (node.opType !== 'DequantizeLinear') continue;
    const weight = node.input[0] ?? '';
    const axis = channelAxis(node, initializers.get(weight)?.dims.length ?? 0);
    const taken = slices.get(weight)?.find((slice) => slice.axis === axis);
    if (!taken) continue;
    node.input = node.input.map((name, i) => {
      const tensor = i === 0 ? undefined : initializers.get(name);
      if (tensor?.dims.length !== 1 || tensor.dims[0] === 1n) return name;
      const copy = clone(TensorProtoSchema, tensor);
      copy.name = `${name}_of_${weight}`;
      sliceTensor(copy, [{ axis: 0, indices: taken.indices }], external);
      if (!initializers.has(copy.name)) graph.initializer.push(copy);
      return copy.name;
    });
  }
}

function channelAxis(node: NodeProto, rank: number): number {
  const axis = Number(node.attribute.find(({ name }) => name === 'axis')?.i ?? 1n);
  return axis < 0 ? axis + rank : axis;
}
