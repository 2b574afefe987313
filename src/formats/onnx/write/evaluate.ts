import type { GraphProto } from 'onnx-buf';
import type { Shape } from '../../../graph/graph';
import type { ConstantReader } from '../constants';
import { foldNode, type FoldOperand } from '../fold';
import { onnxNode } from '../node';
import { Unsupported, type Constant } from '../../constants/constant';

/** Recomputes what the file computes from shapes and constants, such as the operand of a Reshape. */
export class Evaluator {
  readonly #constants: ConstantReader;
  readonly #makers: ReadonlyMap<string, GraphProto['node'][number]>;
  readonly #known = new Map<string, FoldOperand>();
  readonly #shapeOf: (name: string) => Shape | undefined;
  readonly #opset: number;

  /** @param shapeOf shapes of the values that are computed from the model's input */
  constructor(
    graph: GraphProto,
    opset: number,
    constants: ConstantReader,
    shapeOf: (name: string) => Shape | undefined,
  ) {
    this.#constants = constants;
    this.#makers = new Map(graph.node.flatMap((node) => node.output.map((name) => [name, node] as const)));
    this.#shapeOf = shapeOf;
    this.#opset = opset;
  }

  constant(name: string): Constant | undefined {
    const operand = this.#operand(name);
    return operand?.kind === 'constant' ? operand : undefined;
  }

  #operand(name: string): FoldOperand {
    if (this.#known.has(name)) return this.#known.get(name);
    this.#known.set(name, undefined);
    const operand = this.#compute(name);
    this.#known.set(name, operand);
    return operand;
  }

  #compute(name: string): FoldOperand {
    const shape = this.#shapeOf(name);
    if (shape) return { kind: 'activation', shape };
    try {
      return this.#constants.initializer(name) ?? this.#made(name);
    } catch (error) {
      if (error instanceof Unsupported) return undefined;
      throw error;
    }
  }

  #made(name: string): FoldOperand {
    const proto = this.#makers.get(name);
    if (!proto) return undefined;
    const node = onnxNode(proto, this.#opset, '');
    if (node.op === 'Constant') return this.#constants.literal(node);
    const inputs = node.inputs.map((input) => (input === '' ? undefined : this.#operand(input)));
    if (inputs.some((input, i) => input === undefined && node.inputs[i] !== '')) return undefined;
    const outputs = foldNode(node, inputs, (tensor) => this.#constants.attribute(tensor));
    return outputs?.[node.outputs.indexOf(name)];
  }
}
