import type { ChannelMap, KeepLists } from './channel-types';
import { shapeOf, type Graph, type Param, type Shape, type Value, type ValueId } from './graph';
import type { GraphNode, Pair } from './nodes';
import { paramSlices, valueSlices } from './keep';
import { slicePositions } from './rules/select';
import { inferShape, sameShape, show } from './shape';
import { takeAxes, type AxisSlice } from './take';

export { emptiedValues, keptPositions, paramSlices } from './keep';

/**
 * The network without the removed channels: params, attributes and shapes. What no removed channel touches is the
 * same object as before.
 * @throws Error when the keep-lists do not fit the groups or leave a value without channels
 */
export function sliceGraph(graph: Graph, channels: ChannelMap, keep: KeepLists): Graph {
  const kept = valueSlices(channels, keep);
  for (const [id, { indices }] of kept)
    if (indices.length === 0) throw new Error(`No channel of ${id} would be left.`);
  const resized = {
    ...graph,
    values: new Map([...graph.values].map(([id, value]) => [id, sliceValue(value, kept.get(id))])),
    params: sliceParams(graph, channels, keep),
  };
  const nodes = graph.nodes.map((node) => sliceNode(node, graph, kept, resized));
  nodes.forEach((node) => checkShape(node, resized));
  return { ...resized, nodes };
}

function sliceValue(value: Value, kept: AxisSlice | undefined): Value {
  if (!kept) return value;
  return {
    ...value,
    shape: value.shape.map((dim, axis) => (axis === kept.axis ? kept.indices.length : dim)),
  };
}

function sliceParams(graph: Graph, channels: ChannelMap, keep: KeepLists): ReadonlyMap<ValueId, Param> {
  const params = new Map(graph.params);
  for (const [id, slices] of paramSlices(channels, keep)) {
    const param = graph.params.get(id);
    if (param) params.set(id, { ...param, ...takeAxes(param.data, param.shape, slices) });
  }
  return params;
}

/** Adapts the attributes that count channels. */
function sliceNode(
  node: GraphNode,
  graph: Graph,
  kept: ReadonlyMap<ValueId, AxisSlice>,
  resized: Graph,
): GraphNode {
  const [x = ''] = node.inputs;
  const before = kept.get(x);
  switch (node.op) {
    case 'conv2d':
    case 'convTranspose2d': {
      // Where every group has one channel the groups are what was removed; elsewhere their number stays.
      const channels = graph.values.get(x)?.shape[3];
      if (node.groups === 1 || channels !== node.groups || !before) return node;
      return { ...node, groups: before.indices.length };
    }
    case 'slice': {
      if (before?.axis !== node.axis) return node;
      const taken = newPositions(slicePositions(node), before.indices);
      return { ...node, start: taken[0] ?? 0, count: taken.length };
    }
    case 'gather':
      if (before?.axis !== node.axis) return node;
      return { ...node, indices: newPositions(node.indices, before.indices) };
    case 'pad':
      return slicePads(node, graph.values.get(x), before, kept.get(node.output), shapeOf(resized, x));
    default:
      return node;
  }
}

/** Where the chosen positions that are kept come to lie among the kept ones. */
function newPositions(chosen: readonly number[], kept: readonly number[]): readonly number[] {
  const rank = new Map(kept.map((position, index) => [position, index]));
  return chosen.flatMap((position) => rank.get(position) ?? []);
}

function slicePads(
  node: GraphNode & { op: 'pad' },
  original: Value | undefined,
  before: AxisSlice | undefined,
  after: AxisSlice | undefined,
  input: Shape,
): GraphNode {
  const axis = after?.axis ?? before?.axis;
  if (axis === undefined) return node;
  const size = original?.shape[axis] ?? 0;
  const [low, high] = node.pads[axis] ?? [0, 0];
  const inputPositions = before?.indices ?? Array.from({ length: size }, (_, i) => i);
  const outputPositions = after?.indices ?? Array.from({ length: size + low + high }, (_, i) => i);
  const newLow =
    low < 0 ? -inputPositions.filter((i) => i < -low).length : outputPositions.filter((i) => i < low).length;
  const newHigh = outputPositions.length - (input[axis] ?? 0) - newLow;
  return { ...node, pads: node.pads.map((pair, i): Pair => (i === axis ? [newLow, newHigh] : pair)) };
}

/** The labels give the new shapes; the operators must agree with them. */
function checkShape(node: GraphNode, graph: Graph): void {
  const expected = shapeOf(graph, node.output);
  const inputs = node.inputs.map((id) => shapeOf(graph, id));
  const found = inferShape(node, inputs, expected);
  if (!sameShape(found, expected))
    throw new Error(`${node.op} "${node.source}" gives ${show(found)} where ${show(expected)} is expected.`);
}
