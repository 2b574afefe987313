import { fromBinary } from '@bufbuild/protobuf';
import { ModelProtoSchema, type GraphProto, type ModelProto } from 'onnx-buf';
import { InputError } from '../../util/errors';
import type { NamedBytes } from '../../util/files';

export interface DecodedModel {
  readonly proto: ModelProto;
  readonly graph: GraphProto;
  /** Version of the default operator set. */
  readonly opset: number;
}

const OLDEST_OPSET = 1;

/** Field 1 (ir_version) as a small varint, then another field of ModelProto: how every exporter begins. */
export function looksLikeOnnx({ bytes }: NamedBytes): boolean {
  const [tag, version, next] = bytes;
  if (tag !== 0x08 || version === undefined || version === 0 || version > 0x40 || next === undefined)
    return false;
  const field = next >> 3;
  const wire = next & 7;
  return field >= 2 && field <= 25 && (wire === 2 || (wire === 0 && field === 5));
}

/** @throws InputError when the bytes are not a complete ONNX model of an opset we read */
export function decodeModel({ name, bytes }: NamedBytes): DecodedModel {
  const proto = parse(name, bytes);
  const graph = proto.graph;
  if (!graph || graph.node.length === 0)
    throw new InputError({
      file: name,
      problem: 'the model holds no graph.',
      advice: 'Export the model again; a file of weights alone is not enough.',
    });
  const opset = Number(proto.opsetImport.find(({ domain }) => isDefaultDomain(domain))?.version ?? 1n);
  if (opset < OLDEST_OPSET)
    throw new InputError({
      file: name,
      place: 'opset_import',
      problem: `the model uses operator set ${opset}; sets from ${OLDEST_OPSET} on can be read.`,
      advice: 'Export it again with a newer opset, such as 17.',
    });
  return { proto, graph, opset };
}

export function isDefaultDomain(domain: string): boolean {
  return domain === '' || domain === 'ai.onnx';
}

function parse(name: string, bytes: Uint8Array): ModelProto {
  try {
    return fromBinary(ModelProtoSchema, bytes);
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    throw new InputError({
      file: name,
      problem: `this is not a whole ONNX file (${detail}).`,
      advice: 'The file may be truncated or of another kind: copy or export it again.',
    });
  }
}
