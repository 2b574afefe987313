import type { NodeProto } from 'onnx-buf';
import { InputError } from '../../util/errors';
import { Attributes } from './attributes';
import { isDefaultDomain } from './proto';

/** An operator of the file, with what its meaning depends on. */
export interface OnnxNode {
  readonly op: string;
  /** The node's name, or its first output's when it has none. */
  readonly label: string;
  /** Names of the inputs; an omitted optional one is ''. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Attributes;
  readonly opset: number;
  readonly proto: NodeProto;
  /** Malformed, as opposed to not understood. */
  readonly fail: (problem: string) => never;
}

export function onnxNode(proto: NodeProto, opset: number, file: string): OnnxNode {
  const op = isDefaultDomain(proto.domain) ? proto.opType : `${proto.domain}.${proto.opType}`;
  const label = proto.name || (proto.output.find((name) => name !== '') ?? op);
  const fail = (problem: string): never => {
    throw new InputError({
      file,
      place: `node "${label}" (${op})`,
      problem,
      advice: 'Export the model again.',
    });
  };
  const attributes = new Attributes(proto.attribute, fail);
  return { op, label, inputs: proto.input, outputs: proto.output, attributes, opset, proto, fail };
}
