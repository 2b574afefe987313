import { shapeOf, type Graph, type Shape, type ValueId } from './graph';
import type { GraphNode } from './nodes';
import { Labels } from './labels';
import { ParamLabels } from './param-labels';

/** What a value's channels are: labels along one axis, or none that could be removed (and why not). */
export type Carried =
  { readonly axis: number; readonly labels: Int32Array } | { readonly axis: null; readonly reason: string };

/** The state of label propagation: what every value carries, and the operations the rules are written with. */
export class Propagation {
  readonly labels = new Labels();
  readonly params = new ParamLabels(this.labels);
  readonly values = new Map<ValueId, Carried>();
  readonly #graph: Graph;
  readonly #touched = new Map<ValueId, Set<number>>();

  constructor(graph: Graph) {
    this.#graph = graph;
    for (const input of graph.inputs)
      this.values.set(input.id, { axis: null, reason: `tied to the input "${input.name}"` });
  }

  shape(id: ValueId): Shape {
    return shapeOf(this.#graph, id);
  }

  size(id: ValueId, axis: number): number {
    return this.shape(id)[axis] ?? 1;
  }

  isParam(id: ValueId): boolean {
    return this.#graph.params.has(id);
  }

  /** What a value carries; for a param nothing until a rule asks for an axis. */
  carried(id: ValueId): Carried {
    return this.values.get(id) ?? { axis: null, reason: `tied to the constant "${this.#name(id)}"` };
  }

  /**
   * Labels along an axis of a value or param. Where the value carries none along that axis, they are new and
   * frozen, and what the value carries instead is frozen.
   */
  along(id: ValueId, axis: number): Int32Array {
    const param = this.#graph.params.get(id);
    if (param) {
      this.#touched.set(id, (this.#touched.get(id) ?? new Set()).add(axis));
      return this.params.along(param, axis);
    }
    const carried = this.carried(id);
    if (carried.axis === axis) return carried.labels;
    const reason =
      carried.axis === null ? carried.reason : `meets an axis of "${this.#name(id)}" that has a fixed size`;
    this.freeze(id, reason);
    return this.labels.freshFrozen(this.size(id, axis), reason);
  }

  /** Freezes what a value or param carries and returns what is left: nothing. */
  freeze(id: ValueId, reason: string): Carried {
    const param = this.#graph.params.get(id);
    if (param) this.params.freeze(param, reason);
    const carried = this.carried(id);
    if (carried.axis === null) return carried;
    this.labels.freeze(carried.labels, reason);
    return { axis: null, reason };
  }

  /** Records a node's result. Axes of its params that its rule did not ask for must stay as they are. */
  finish(node: GraphNode, carried: Carried): void {
    this.values.set(node.output, carried);
    for (const id of node.inputs) {
      const param = this.#graph.params.get(id);
      if (param)
        this.params.freeze(
          param,
          `"${param.name}" has a fixed size in "${node.source}"`,
          this.#touched.get(id),
        );
    }
    this.#touched.clear();
  }

  #name(id: ValueId): string {
    return this.#graph.values.get(id)?.name ?? this.#graph.params.get(id)?.name ?? id;
  }
}
