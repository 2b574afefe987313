/**
 * The intermediate representation every format is read into.
 *
 * A graph is a topologically ordered list of single-output nodes over named values. Activations are
 * channels-last (NHWC) wherever a channels-last operator touches them; readers insert explicit `transpose`
 * nodes where a source axis order must be restored, so no operator has a hidden layout. Weights and constants
 * are `Param`s and appear among a node's inputs like any other value. The kinds of nodes are in `nodes`.
 */

import type { GraphNode, ValueId } from './nodes';

export type { ValueId };

/** A dimension is a number, or `null` where it is the batch size. Only the leading axis may be `null`. */
export type Dim = number | null;
export type Shape = readonly Dim[];

export interface Value {
  readonly id: ValueId;
  /** The value's name in the source file. */
  readonly name: string;
  readonly shape: Shape;
}

/**
 * Where a parameter came from. `axes[i]` is the source tensor's axis that canonical axis `i` was taken from, or
 * −1 for an axis of length 1 that the source tensor does not have. Source axes of length 1 may be absent.
 */
export interface ParamSource {
  readonly tensor: string;
  readonly axes: readonly number[];
  /** Canonical axis `axis` runs over `axes[axis]` and, faster, over a whole other axis of this length. */
  readonly inner?: { readonly axis: number; readonly length: number };
}

export interface Param {
  readonly id: ValueId;
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major in the canonical axis order; length is the product of `shape`. */
  readonly data: Float32Array;
  /** `weight` counts as learnable; `statistic` is a running mean or variance; `constant` anything else. */
  readonly role: 'weight' | 'statistic' | 'constant';
  /** `null` when computed while reading (folded): such a param cannot be sliced, so its channels are frozen. */
  readonly source: ParamSource | null;
}

export interface GraphOutput {
  /** The output's name in the source file, as tasks refer to it. */
  readonly name: string;
  readonly value: ValueId;
}

export interface Graph {
  readonly inputs: readonly Value[];
  readonly outputs: readonly GraphOutput[];
  readonly nodes: readonly GraphNode[];
  /** Inputs and node outputs; not params. */
  readonly values: ReadonlyMap<ValueId, Value>;
  readonly params: ReadonlyMap<ValueId, Param>;
}

/** Samples that the graph takes at a time; `null` where it takes any number. */
export function fixedBatch({ inputs }: Graph): number | null {
  return inputs[0]?.shape[0] ?? null;
}

/** Shape of a value or param. */
export function shapeOf(graph: Graph, id: ValueId): Shape {
  const found = graph.values.get(id) ?? graph.params.get(id);
  if (!found) throw new Error(`The graph has no value ${id}.`);
  return found.shape;
}
