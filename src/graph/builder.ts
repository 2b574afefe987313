import { InputError } from '../util/errors';
import type { Graph, GraphOutput, Param, Shape, Value, ValueId } from './graph';
import type { GraphNode } from './nodes';
import { inferShape, ShapeError, show, type NewNode } from './shape';

export type { NewNode, UnsourcedNode } from './shape';

export interface ParamSpec extends Omit<Param, 'id'> {
  /** Taken as it is when it is free; made from the name otherwise. */
  readonly id?: string;
}

/** Builds a graph node by node, in topological order, checking and inferring shapes as it goes. */
export class GraphBuilder {
  readonly #file: string;
  readonly #inputs: Value[] = [];
  readonly #outputs: GraphOutput[] = [];
  readonly #nodes: GraphNode[] = [];
  readonly #values = new Map<ValueId, Value>();
  readonly #params = new Map<ValueId, Param>();
  readonly #ids = new Set<string>();

  /** @param file named in errors */
  constructor(file = 'model') {
    this.#file = file;
  }

  input(name: string, shape: Shape): ValueId {
    const value = this.#value(name, shape);
    this.#inputs.push(value);
    return value.id;
  }

  /** @throws InputError when the data's length is not the product of the shape */
  param(spec: ParamSpec): ValueId {
    const size = spec.shape.reduce((product, dim) => product * dim, 1);
    if (spec.data.length !== size) {
      const problem = `the weight holds ${spec.data.length} numbers but its shape is ${show(spec.shape)}.`;
      throw new InputError({
        file: this.#file,
        place: spec.name,
        problem,
        advice: 'Export the model again.',
      });
    }
    const id = this.#unique(spec.id ?? spec.name);
    this.#params.set(id, { ...spec, id });
    return id;
  }

  /**
   * @param options.name the value's name in the source, the node's own by default
   * @param options.shape the output's shape; needed for pool, reshape, expand and opaque
   * @throws InputError when the inputs do not fit the operator
   */
  add(node: NewNode, options: { readonly name?: string; readonly shape?: Shape } = {}): ValueId {
    const value = this.#value(options.name ?? node.source, this.#infer(node, options.shape));
    this.#nodes.push({
      ...node,
      id: this.#unique(`${node.source}:${node.op}`),
      output: value.id,
    });
    return value.id;
  }

  output(name: string, value: ValueId): void {
    this.shape(value);
    this.#outputs.push({ name, value });
  }

  /** Shape of a value or param. */
  shape(value: ValueId): Shape {
    const found = this.#values.get(value) ?? this.#params.get(value);
    if (!found) throw new Error(`There is no value ${value} in the graph yet.`);
    return found.shape;
  }

  build(): Graph {
    return {
      inputs: [...this.#inputs],
      outputs: [...this.#outputs],
      nodes: [...this.#nodes],
      values: new Map(this.#values),
      params: new Map(this.#params),
    };
  }

  #infer(node: NewNode, declared: Shape | undefined): Shape {
    const inputs = node.inputs.map((id) => this.shape(id));
    try {
      return inferShape(node, inputs, declared);
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      throw new InputError({
        file: this.#file,
        place: `${node.op} "${node.source}"`,
        problem: `the shapes do not fit: ${error.message}.`,
        advice: 'Check the input sizes given for the model, or export it again.',
      });
    }
  }

  #value(name: string, shape: Shape): Value {
    const value = { id: this.#unique(name), name, shape };
    this.#values.set(value.id, value);
    return value;
  }

  #unique(wanted: string): string {
    let id = wanted;
    for (let n = 2; this.#ids.has(id); n++) id = `${wanted}#${n}`;
    this.#ids.add(id);
    return id;
  }
}
