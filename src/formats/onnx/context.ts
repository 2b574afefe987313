import type { GraphBuilder, NewNode, UnsourcedNode } from '../../graph/builder';
import type { Param, Shape, ValueId } from '../../graph/graph';
import { activation, arranged, at, identityPerm, rowMajor, unpermuted } from './layout';
import type { OnnxNode } from './node';
import type { ParamStore } from '../constants/param-store';
import type { Activation, Tensor } from './values';
import { numbers, unsupported, type Constant } from '../constants/constant';
import { DataType, isFloat, typeName } from '../constants/element-types';

export interface Surroundings {
  readonly builder: GraphBuilder;
  readonly params: ParamStore;
  /** The batch size written in the file, where it is fixed there but free here. */
  readonly fixedBatch: number | null;
  tensor(name: string): Tensor;
}

/** What an operator's reader sees of its node, and what it adds to the graph. */
export class OpContext {
  readonly node: OnnxNode;
  readonly builder: GraphBuilder;
  readonly fixedBatch: number | null;
  readonly #around: Surroundings;

  constructor(node: OnnxNode, around: Surroundings) {
    this.node = node;
    this.builder = around.builder;
    this.fixedBatch = around.fixedBatch;
    this.#around = around;
  }

  get attributes(): OnnxNode['attributes'] {
    return this.node.attributes;
  }

  has(index: number): boolean {
    return (this.node.inputs[index] ?? '') !== '';
  }

  tensor(index: number): Tensor {
    const name = this.node.inputs[index] ?? '';
    return name === '' ? this.node.fail(`input ${index + 1} is missing.`) : this.#around.tensor(name);
  }

  /** The input as a value of the graph; a constant becomes a param that cannot be sliced. */
  activation(index: number): Activation {
    const found = this.tensor(index);
    if (found.kind === 'activation') return found;
    if (found.kind === 'unknown') return unsupported(found.cause);
    const id = this.param({ ...found, origin: null }, 'constant', identityPerm(found.shape.length));
    return activation(this.node.inputs[index] ?? '', found.type, found.shape, id);
  }

  /** As `activation`, for arithmetic that is only right on real numbers. */
  real(index: number): Activation {
    const value = this.activation(index);
    if (!isFloat(value.type)) unsupported(`it computes with ${typeName(value.type)} numbers`);
    return value;
  }

  constant(index: number): Constant {
    const found = this.tensor(index);
    if (found.kind === 'constant') return found;
    return unsupported(`its input ${index + 1} (${this.node.inputs[index] ?? ''}) is computed, not constant`);
  }

  optionalConstant(index: number): Constant | undefined {
    return this.has(index) ? this.constant(index) : undefined;
  }

  optionalNumbers(index: number): number[] | undefined {
    const constant = this.optionalConstant(index);
    return constant && numbers(constant);
  }

  /** An integer list that is an attribute up to some opset and an input from there on. */
  intsFrom(attribute: string, index: number): readonly number[] | undefined {
    return this.attributes.ints(attribute) ?? this.optionalNumbers(index);
  }

  param(constant: Constant, role: Param['role'], perm: readonly number[], scale?: number): ValueId {
    const plan = { role, perm, ...(scale === undefined ? {} : { scale }) };
    return this.#around.params.add(constant, plan, `${this.node.label} constant`);
  }

  scalar(value: number): ValueId {
    return this.param(
      { kind: 'constant', shape: [], type: DataType.FLOAT, data: Float32Array.of(value), origin: null },
      'constant',
      [],
    );
  }

  /** Adds a node and returns its value, named after this node's output. */
  add(node: UnsourcedNode, shape?: Shape): ValueId {
    const named: NewNode = { ...node, source: this.node.label };
    return this.builder.add(named, { name: this.outputName(0), ...(shape ? { shape } : {}) });
  }

  outputName(index: number): string {
    return this.node.outputs[index] ?? this.node.label;
  }

  arranged(value: Activation, perm: readonly number[]): ValueId {
    return arranged(this.builder, value, perm);
  }

  rowMajor(value: Activation): ValueId {
    return rowMajor(this.builder, value);
  }

  /** The ONNX value held by `id`, whose axes are arranged by `perm` (the ONNX order by default). */
  result(id: ValueId, perm?: readonly number[], output = 0, type: number = DataType.FLOAT): Activation {
    const arrangement = perm ?? identityPerm(this.builder.shape(id).length);
    const shape = unpermuted(this.builder.shape(id), arrangement);
    return activation(this.outputName(output), type, shape, id, arrangement);
  }

  /** A value with the same elements in another shape. */
  reshaped(value: Activation, shape: Shape): Activation {
    const id = this.add({ op: 'reshape', inputs: [this.rowMajor(value)] }, shape);
    return this.result(id, undefined, 0, value.type);
  }

  /** An axis counted from the front, checked. */
  axis(axis: number, rank: number): number {
    const counted = axis < 0 ? axis + rank : axis;
    if (!Number.isInteger(counted) || counted < 0 || counted >= rank)
      this.node.fail(`axis ${axis} does not exist in ${rank} dimensions.`);
    return counted;
  }

  /** Length of an axis that must not be the batch. */
  size(value: Activation, axis: number): number {
    return at(value.shape, axis) ?? unsupported('it works across the batch');
  }
}

/** Reads one operator: the tensors of its outputs, in order. @throws Unsupported, InputError */
export type OpReader = (context: OpContext) => Tensor | readonly Tensor[];
export type OpTable = Readonly<Record<string, OpReader>>;
