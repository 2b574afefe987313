import type { Shape } from '../../../graph/graph';
import type { StoredWeight } from '../../tfjs/manifest';
import { constantOf } from '../constants';
import { foldNode, type FoldOperand } from '../fold';
import { nodeOf, outputName, type TfNode } from '../topology';
import { Unsupported, type Constant } from '../../constants/constant';

/** Recomputes what the file computes from shapes and constants, such as the operand of a Reshape. */
export class Evaluator {
  readonly #nodes: ReadonlyMap<string, TfNode>;
  readonly #weights: ReadonlyMap<string, StoredWeight>;
  readonly #shapeOf: (name: string) => Shape | undefined;
  readonly #known = new Map<string, FoldOperand | undefined>();

  /** @param shapeOf shapes of the tensors that are computed from the model's input */
  constructor(
    nodes: ReadonlyMap<string, TfNode>,
    weights: ReadonlyMap<string, StoredWeight>,
    shapeOf: (name: string) => Shape | undefined,
  ) {
    this.#nodes = nodes;
    this.#weights = weights;
    this.#shapeOf = shapeOf;
  }

  constant(name: string): Constant | undefined {
    const operand = this.#operand(name);
    return operand?.kind === 'constant' ? operand : undefined;
  }

  #operand(name: string): FoldOperand | undefined {
    if (this.#known.has(name)) return this.#known.get(name);
    this.#known.set(name, undefined);
    const shape = this.#shapeOf(name);
    const operand = shape ? ({ kind: 'activation', shape } as const) : this.#made(name);
    this.#known.set(name, operand);
    return operand;
  }

  #made(name: string): Constant | undefined {
    const node = this.#nodes.get(nodeOf(name));
    if (!node) return undefined;
    try {
      if (node.op === 'Const') return constantOf(node, this.#weights);
      const inputs = node.inputs.map((input) => this.#operand(input));
      const known = inputs.flatMap((input) => input ?? []);
      const outputs = known.length === inputs.length ? foldNode(node, known) : null;
      return outputs?.find((_, index) => outputName(node.name, index) === name);
    } catch (error) {
      if (error instanceof Unsupported) return undefined;
      throw error;
    }
  }
}
