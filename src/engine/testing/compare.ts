import { tensor } from '@tensorflow/tfjs-core';
import { expect } from 'vitest';
import { GraphBuilder } from '../../graph/builder';
import type { NewNode } from '../../graph/builder';
import type { Graph, ValueId } from '../../graph/graph';
import type { GraphNode } from '../../graph/nodes';
import { runNode } from '../ops/run-node';
import { ndarray, runReference } from './reference';
import type { NdArray } from './reference';

/** Float32 numbers in about ±2, the same for the same seed: a linear congruential generator. */
export function noise(size: number, seed = 1, low = -2, high = 2): Float32Array {
  let state = seed >>> 0;
  return Float32Array.from({ length: size }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return low + ((high - low) * state) / 2 ** 32;
  });
}

/** The largest difference, relative to the larger of 1 and the largest expected magnitude. */
export function relativeDifference(actual: ArrayLike<number>, expected: ArrayLike<number>): number {
  expect(actual.length).toBe(expected.length);
  let scale = 1;
  let worst = 0;
  for (let i = 0; i < expected.length; i++) {
    const target = expected[i] ?? NaN;
    scale = Math.max(scale, Math.abs(target));
    const difference = Math.abs((actual[i] ?? NaN) - target);
    worst = Number.isNaN(difference) ? Infinity : Math.max(worst, difference);
  }
  return worst / scale;
}

/** Runs a graph's nodes one by one on the current backend, each on the reference's inputs, and compares them. */
function expectNodesToMatchReference(
  graph: Graph,
  feeds: ReadonlyMap<ValueId, NdArray>,
  tolerance = 2e-5,
): void {
  const values = new Map(feeds);
  for (const param of graph.params.values()) values.set(param.id, ndarray(param.shape, param.data));
  const batch = [...feeds.values()][0]?.shape[0] ?? 1;
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((id) => values.get(id) ?? ndarray([0], []));
    const shape = (graph.values.get(node.output)?.shape ?? []).map((dim) => dim ?? batch);
    const expected = runReference(node, inputs, shape);
    values.set(node.output, expected);
    const { shape: actualShape, data } = runOnBackend(node, inputs, shape);
    expect(actualShape).toEqual([...expected.shape]);
    expect(relativeDifference(data, expected.data), describeNode(node)).toBeLessThan(tolerance);
  }
}

function runOnBackend(node: GraphNode, inputs: readonly NdArray[], shape: readonly number[]) {
  const tensors = inputs.map((input) => tensor(Float32Array.from(input.data), [...input.shape], 'float32'));
  const result = runNode(node, tensors, shape);
  const data = result.dataSync<'float32'>();
  const found = { shape: result.shape, data };
  [...tensors, result].forEach((each) => each.dispose());
  return found;
}

function describeNode(node: GraphNode): string {
  return JSON.stringify({ ...node, id: undefined, output: undefined });
}

export interface CheckOptions {
  readonly outputShape?: readonly number[];
  readonly low?: number;
  readonly high?: number;
  /** Whole numbers, so that many are equal. */
  readonly rounded?: boolean;
}

/** Checks one node on small whole numbers, many of which are equal. */
export function checkRounded(
  shapes: readonly (readonly number[])[],
  node: (ids: ValueId[]) => NewNode,
): void {
  checkNode(shapes, node, { rounded: true });
}

/**
 * Checks one node on random inputs of the given shapes.
 * @param node makes the node from the ids of its inputs
 */
export function checkNode(
  shapes: readonly (readonly number[])[],
  node: (ids: ValueId[]) => NewNode,
  options: CheckOptions = {},
): void {
  const graph = new GraphBuilder('test');
  const ids = shapes.map((shape, index) => graph.input(`input ${index}`, shape));
  graph.output('y', graph.add(node(ids), options.outputShape ? { shape: options.outputShape } : {}));
  const feeds = shapes.map((shape, index): [ValueId, NdArray] => {
    const size = shape.reduce((product, dim) => product * dim, 1);
    const values = noise(size, index + 1, options.low ?? -2, options.high ?? 2);
    return [ids[index] ?? '', ndarray(shape, options.rounded ? values.map(Math.round) : values)];
  });
  expectNodesToMatchReference(graph.build(), new Map(feeds));
}
