import { create, toBinary } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as Type,
  AttributeProtoSchema,
  FunctionProtoSchema,
  GraphProtoSchema,
  ModelProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
  ValueInfoProtoSchema,
  type AttributeProto,
  type NodeProto,
  type TensorProto,
} from 'onnx-buf';
import { DataType } from '../../constants/element-types';

export interface TinyModel {
  readonly opset?: number;
  readonly irVersion?: number;
  /** Dims by input name; a string is a free dimension. */
  readonly inputs: Readonly<Record<string, readonly (number | string)[]>>;
  readonly outputs: readonly string[];
  readonly weights?: readonly TensorProto[];
  readonly nodes: readonly TinyNode[];
  /** Functions of the model's own, in the domain `own`; a node calls one as `own.Name`. */
  readonly functions?: readonly TinyFunction[];
}

export interface TinyFunction {
  readonly name: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly nodes: readonly TinyNode[];
}

/** A branch: it reads the values around it. */
export interface TinyBranch {
  readonly outputs: readonly string[];
  readonly weights?: readonly TensorProto[];
  readonly nodes: readonly TinyNode[];
}

export type TinyNode = readonly [
  op: string,
  inputs: readonly string[],
  outputs: readonly string[],
  attributes?: TinyAttributes,
];

export type TinyAttributes = Readonly<Record<string, TinyAttribute>>;

type TinyAttribute =
  | number
  | string
  | readonly number[]
  | TensorProto
  | { readonly float: number }
  | { readonly floats: readonly number[] }
  | { readonly branch: TinyBranch };

/** An ONNX file, written out by hand. */
export function tinyModel(model: TinyModel): Uint8Array<ArrayBuffer> {
  const graph = create(GraphProtoSchema, {
    name: 'tiny',
    input: Object.entries(model.inputs).map(([name, dims]) => valueInfo(name, dims)),
    output: model.outputs.map((name) => valueInfo(name)),
    initializer: [...(model.weights ?? [])],
    node: model.nodes.map(nodeProto),
  });
  const functions = (model.functions ?? []).map(({ name, inputs, outputs, nodes }) =>
    create(FunctionProtoSchema, {
      ...{ name, domain: 'own', input: [...inputs], output: [...outputs] },
      node: nodes.map(nodeProto),
      opsetImport: [
        { domain: '', version: BigInt(model.opset ?? 17) },
        { domain: 'own', version: 1n },
      ],
    }),
  );
  return toBinary(
    ModelProtoSchema,
    create(ModelProtoSchema, {
      irVersion: BigInt(model.irVersion ?? 8),
      producerName: 'tiny',
      opsetImport: [
        { domain: '', version: BigInt(model.opset ?? 17) },
        ...(functions.length > 0 ? [{ domain: 'own', version: 1n }] : []),
      ],
      functions,
      metadataProps: [{ key: 'author', value: 'a test' }],
      graph,
    }),
  );
}

function nodeProto([op, input, output, attributes = {}]: TinyNode): NodeProto {
  const isOwn = op.startsWith('own.');
  return create(NodeProtoSchema, {
    opType: isOwn ? op.slice(4) : op,
    domain: isOwn ? 'own' : '',
    name: `${op}_${output[0] ?? ''}`,
    input: [...input],
    output: [...output],
    attribute: Object.entries(attributes).map(([name, value]) => attribute(name, value)),
  });
}

/** Float weights that are all different: small multiples of a sine. */
export function floats(name: string, dims: readonly number[], seed = 1): TensorProto {
  const data = Float32Array.from({ length: size(dims) }, (_, i) => Math.sin((i + 1) * 1.7 * seed));
  return tensor(name, dims, DataType.FLOAT, new Uint8Array(data.buffer));
}

/** These numbers as a float weight. */
export function float32s(name: string, values: readonly number[], dims = [values.length]): TensorProto {
  const data = Float32Array.from(values);
  return tensor(name, dims, DataType.FLOAT, new Uint8Array(data.buffer));
}

export function int64s(name: string, values: readonly number[], dims = [values.length]): TensorProto {
  const data = BigInt64Array.from(values, (value) => BigInt(value));
  return tensor(name, dims, DataType.INT64, new Uint8Array(data.buffer));
}

export function tensor(
  name: string,
  dims: readonly number[],
  dataType: number,
  rawData: Uint8Array<ArrayBuffer>,
): TensorProto {
  return create(TensorProtoSchema, { name, dims: dims.map((dim) => BigInt(dim)), dataType, rawData });
}

function size(dims: readonly number[]): number {
  return dims.reduce((product, dim) => product * dim, 1);
}

function valueInfo(name: string, dims?: readonly (number | string)[]) {
  const dim = dims?.map((value) => ({
    value:
      typeof value === 'number'
        ? { case: 'dimValue' as const, value: BigInt(value) }
        : { case: 'dimParam' as const, value },
  }));
  const value = { elemType: DataType.FLOAT, ...(dim ? { shape: { dim } } : {}) };
  return create(ValueInfoProtoSchema, { name, type: { value: { case: 'tensorType', value } } });
}

function attribute(name: string, value: TinyAttribute): AttributeProto {
  if (typeof value === 'number')
    return create(AttributeProtoSchema, { name, type: Type.INT, i: BigInt(value) });
  if (typeof value === 'string')
    return create(AttributeProtoSchema, { name, type: Type.STRING, s: new TextEncoder().encode(value) });
  if ('float' in value) return create(AttributeProtoSchema, { name, type: Type.FLOAT, f: value.float });
  if ('floats' in value)
    return create(AttributeProtoSchema, { name, type: Type.FLOATS, floats: [...value.floats] });
  if ('branch' in value) {
    const { outputs, weights, nodes } = value.branch;
    const g = create(GraphProtoSchema, {
      name,
      output: outputs.map((output) => valueInfo(output)),
      initializer: [...(weights ?? [])],
      node: nodes.map(nodeProto),
    });
    return create(AttributeProtoSchema, { name, type: Type.GRAPH, g });
  }
  if ('dataType' in value) return create(AttributeProtoSchema, { name, type: Type.TENSOR, t: value });
  return create(AttributeProtoSchema, { name, type: Type.INTS, ints: value.map((int) => BigInt(int)) });
}
