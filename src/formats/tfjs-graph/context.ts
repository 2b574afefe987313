import type { GraphBuilder, NewNode, UnsourcedNode } from '../../graph/builder';
import type { Param, Shape, ValueId } from '../../graph/graph';
import { elements } from '../../graph/shape';
import { InputError } from '../../util/errors';
import { axisOf } from './fold/fold';
import type { ParamPlan, ParamStore } from '../constants/param-store';
import type { TfNode } from './topology';
import type { Activation, Tensor } from './values';
import { elementsOf, numbers, unsupported, type Constant } from '../constants/constant';
import { DataType, isFloat, typeName } from '../constants/element-types';

export type Operand = Activation | Constant;

export interface Surroundings {
  readonly builder: GraphBuilder;
  readonly params: ParamStore;
  /** The batch size written in the file, where it is fixed there but free here. */
  readonly fixedBatch: number | null;
  tensor(name: string): Tensor;
}

/** More numbers than any value of a network holds for one input. */
const LARGEST_VALUE = 2 ** 30;

/** What an operator's reader sees of its node, and what it adds to the graph. */
export class OpContext {
  readonly node: TfNode;
  readonly builder: GraphBuilder;
  readonly fixedBatch: number | null;
  readonly #around: Surroundings;

  constructor(node: TfNode, around: Surroundings) {
    this.node = node;
    this.builder = around.builder;
    this.fixedBatch = around.fixedBatch;
    this.#around = around;
  }

  get attributes(): TfNode['attributes'] {
    return this.node.attributes;
  }

  has(index: number): boolean {
    return index < this.node.inputs.length;
  }

  tensor(index: number): Tensor {
    const name = this.node.inputs[index];
    return name === undefined ? this.node.fail(`input ${index + 1} is missing.`) : this.#around.tensor(name);
  }

  operand(index: number): Operand {
    const tensor = this.tensor(index);
    return tensor.kind === 'unknown' ? unsupported(tensor.cause) : tensor;
  }

  operands(): Operand[] {
    return this.node.inputs.map((_, index) => this.operand(index));
  }

  /** The input as a value of the graph; a constant becomes a param that cannot be sliced. */
  activation(index: number): Activation {
    const found = this.operand(index);
    return found.kind === 'activation' ? found : this.fixed(found);
  }

  fixed(constant: Constant): Activation {
    const perm = constant.shape.map((_, axis) => axis);
    const id = this.param({ ...constant, origin: null }, { role: 'constant', perm });
    return { kind: 'activation', id, shape: constant.shape, type: constant.type };
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

  numbers(index: number): number[] {
    return numbers(this.constant(index));
  }

  number(index: number): number {
    const [value, ...others] = this.numbers(index);
    return value === undefined || others.length > 0
      ? this.node.fail(`input ${index + 1} is not a single number.`)
      : value;
  }

  param(constant: Constant, plan: ParamPlan): ValueId {
    return this.#around.params.add(constant, plan, `${this.node.name}/constant`);
  }

  /** A vector of one number for each channel. */
  vector(index: number, channels: number, role: Param['role']): ValueId {
    const constant = this.constant(index);
    if (elementsOf(constant.shape) !== channels || constant.shape.length !== 1)
      this.node.fail(`${this.node.inputs[index] ?? ''} has not one number for each of ${channels} channels.`);
    return this.param(constant, { role, perm: [0] });
  }

  scalar(value: number): ValueId {
    const data = Float32Array.of(value);
    return this.param(
      { kind: 'constant', shape: [], type: DataType.FLOAT, data, origin: null },
      { role: 'constant', perm: [] },
    );
  }

  /** Adds a node and returns its value. Shapes that do not fit make this operator opaque, except for layers. */
  add(node: UnsourcedNode, shape?: Shape): ValueId {
    const named: NewNode = { ...node, source: this.node.name };
    const id = this.#add(named, { name: `${this.node.name}/${node.op}`, ...(shape ? { shape } : {}) });
    if (elements(this.builder.shape(id)) > LARGEST_VALUE)
      this.node.fail('its result is larger than any network needs.');
    return id;
  }

  #add(node: NewNode, options: { name: string; shape?: Shape }): ValueId {
    const isLayer = ['conv2d', 'convTranspose2d', 'dense', 'batchNorm'].includes(node.op);
    try {
      return this.builder.add(node, options);
    } catch (error) {
      if (isLayer || !(error instanceof InputError)) throw error;
      return unsupported(error.problem.replace(/\.$/, ''));
    }
  }

  result(id: ValueId, type: number = DataType.FLOAT): Activation {
    return { kind: 'activation', id, shape: this.builder.shape(id), type };
  }

  /** A value with the same elements in another shape. */
  reshaped(value: Activation, shape: Shape): Activation {
    return this.result(this.add({ op: 'reshape', inputs: [value.id] }, shape), value.type);
  }

  /** An axis counted from the front, checked. */
  axis(axis: number, rank: number): number {
    return axisOf(this.node, axis, rank);
  }

  /** Length of an axis that must not be the batch. */
  size(value: { readonly shape: Shape }, axis: number): number {
    return value.shape[axis] ?? unsupported('it works across the batch');
  }
}

/** Reads one operator: the tensors of its outputs, in order. @throws Unsupported, InputError */
export type OpReader = (context: OpContext) => Tensor | readonly Tensor[];
export type OpTable = Readonly<Record<string, OpReader>>;
