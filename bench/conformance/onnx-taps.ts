import { create, toBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, ValueInfoProtoSchema } from 'onnx-buf';
import { decodeModel } from '../../src/formats/onnx/proto';
import type { Graph } from '../../src/graph/graph';
import type { NamedBytes } from '../../src/util/files';

/** The model with outputs where operators begin that the studio does not compute. */
export function tapped(model: NamedBytes, graph: Graph): NamedBytes {
  const { proto, graph: file } = decodeModel(model);
  const made = new Set(file.node.flatMap(({ output }) => output));
  const known = new Set(file.output.map(({ name }) => name));
  const names = readByOpaque(graph).filter((name) => made.has(name) && !known.has(name));
  if (names.length === 0) return model;
  for (const name of new Set(names)) file.output.push(create(ValueInfoProtoSchema, { name }));
  return { name: model.name, bytes: toBinary(ModelProtoSchema, proto) };
}

function readByOpaque({ nodes, values }: Graph): string[] {
  const opaque = new Set(nodes.filter(({ op }) => op === 'opaque').map(({ output }) => output));
  return nodes
    .filter(({ op }) => op === 'opaque')
    .flatMap(({ inputs }) => inputs.filter((id) => !opaque.has(id)))
    .flatMap((id) => values.get(id)?.name ?? []);
}
