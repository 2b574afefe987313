import { fromBinary, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, type GraphProto, type ModelProto } from 'onnx-buf';
import { damaged, pick } from '../../testing/damage';

/** A model whose bytes are damaged, or which is a proper file that tells absurd things. */
export function damagedModel(bytes: Uint8Array, next: () => number): Uint8Array {
  if (next() < 0.5) return damaged(bytes, next);
  const model = fromBinary(ModelProtoSchema, bytes);
  const lies = 1 + Math.floor(next() * 3);
  for (let i = 0; i < lies; i++) if (model.graph) tellLie(model, model.graph, next);
  return toBinary(ModelProtoSchema, model);
}

const INTEGERS = [0n, -1n, 1n, 2n, 3n, 7n, 255n, 65536n, 2n ** 31n, 2n ** 53n, 2n ** 62n, -(2n ** 63n)];
const OPERATORS = [
  'Conv',
  'Reshape',
  'Concat',
  'Resize',
  'MaxPool',
  'Tile',
  'Expand',
  'Pad',
  'If',
  'Split',
  'Einsum',
];

function tellLie(model: ModelProto, graph: GraphProto, next: () => number): void {
  if (graph.node.length === 0 || graph.initializer.length === 0) return;
  const node = pick(graph.node, next);
  const integer = () => pick(INTEGERS, next);
  const names = [...graph.node.flatMap(({ input, output }) => [...input, ...output]), '', '__proto__'];
  switch (Math.floor(next() * 9)) {
    case 0:
      node.input = node.input.map((name) => (next() < 0.5 ? pick(names, next) : name));
      return;
    case 1:
      node.output = node.output.map((name) => (next() < 0.5 ? pick(names, next) : name));
      return;
    case 2:
      node.opType = pick([...OPERATORS, ...graph.node.map(({ opType }) => opType)], next);
      return;
    case 3:
      for (const attribute of node.attribute) {
        attribute.i = integer();
        attribute.ints = attribute.ints.map((value) => (next() < 0.5 ? integer() : value));
      }
      return;
    case 4: {
      const tensor = pick(graph.initializer, next);
      tensor.dims = tensor.dims.map((dim) => (next() < 0.5 ? integer() : dim));
      return;
    }
    case 5: {
      const tensor = pick(graph.initializer, next);
      if (tensor.rawData.length >= 8)
        new DataView(tensor.rawData.buffer, tensor.rawData.byteOffset).setBigInt64(0, integer(), true);
      return;
    }
    case 6:
      for (const { type } of graph.input)
        if (type?.value.case === 'tensorType')
          for (const dim of type.value.value.shape?.dim ?? [])
            if (next() < 0.3) dim.value = { case: 'dimValue', value: integer() };
      return;
    case 7:
      graph.node.splice(Math.floor(next() * graph.node.length), 1);
      return;
    default:
      for (const opset of model.opsetImport) opset.version = BigInt(Math.floor(next() * 25));
  }
}
