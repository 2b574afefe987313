import { create } from '@bufbuild/protobuf';
import {
  AttributeProto_AttributeType as Type,
  AttributeProtoSchema,
  TensorProtoSchema,
  TensorShapeProto_DimensionSchema,
  ValueInfoProtoSchema,
  type GraphProto,
  type NodeProto,
} from 'onnx-buf';
import { DataType } from '../../constants/element-types';

/** Changes nodes of a model in place, giving new operands names that are free. */
export class Patch {
  readonly #graph: GraphProto;
  readonly #names: Set<string>;
  readonly #listInputs: boolean;

  /** @param listInputs initializers must also be listed among the graph's inputs (IR versions before 4) */
  constructor(graph: GraphProto, listInputs: boolean) {
    this.#graph = graph;
    this.#listInputs = listInputs;
    this.#names = new Set([
      ...graph.initializer.map(({ name }) => name),
      ...graph.input.map(({ name }) => name),
      ...graph.node.flatMap(({ input, output }) => [...input, ...output]),
    ]);
  }

  /** Sets an integer attribute, if the node has it. */
  setInt(node: NodeProto, name: string, value: number): void {
    const found = node.attribute.find((attribute) => attribute.name === name);
    if (found) found.i = BigInt(value);
  }

  remove(node: NodeProto, name: string): void {
    node.attribute = node.attribute.filter((attribute) => attribute.name !== name);
  }

  setInts(node: NodeProto, name: string, values: readonly number[]): void {
    this.remove(node, name);
    const ints = values.map((value) => BigInt(value));
    node.attribute.push(create(AttributeProtoSchema, { name, type: Type.INTS, ints }));
  }

  /** Gives the node a new constant operand; other nodes keep the old one. `shape` is [values.length] by default. */
  setOperand(
    node: NodeProto,
    index: number,
    purpose: string,
    values: readonly number[],
    shape: readonly number[] = [values.length],
  ): void {
    const name = this.#free(`${node.name || (node.output[0] ?? 'node')}_${purpose}`);
    const dims = shape.map((dim) => BigInt(dim));
    const rawData = new Uint8Array(BigInt64Array.from(values, (value) => BigInt(value)).buffer);
    this.#graph.initializer.push(
      create(TensorProtoSchema, { name, dims, dataType: DataType.INT64, rawData }),
    );
    if (this.#listInputs) this.#list(name, dims);
    while (node.input.length <= index) node.input.push('');
    node.input[index] = name;
  }

  #list(name: string, dims: readonly bigint[]): void {
    const dim = dims.map((value) =>
      create(TensorShapeProto_DimensionSchema, { value: { case: 'dimValue', value } }),
    );
    const type = {
      value: { case: 'tensorType' as const, value: { elemType: DataType.INT64, shape: { dim } } },
    };
    this.#graph.input.push(create(ValueInfoProtoSchema, { name, type }));
  }

  #free(wanted: string): string {
    let name = wanted;
    for (let n = 2; this.#names.has(name); n++) name = `${wanted}_${n}`;
    this.#names.add(name);
    return name;
  }
}
