import { tensor } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Graph, Param, ValueId } from '../graph/graph';
import type { GraphNode } from '../graph/nodes';
import { runNode } from './ops/run-node';

export interface InterpretOptions {
  /** The tensor of a param, e.g. a trainable variable; uploaded each time by default. */
  readonly param?: (param: Param) => Tensor;
  /** Replaces a node's evaluation (batch norm in training mode, dropout); undefined runs it as it is. */
  readonly node?: (
    node: GraphNode,
    inputs: readonly Tensor[],
    outputShape: readonly number[],
  ) => Tensor | undefined;
}

/**
 * Runs a graph node by node with nothing folded or fused, so that gradients reach every param. Run it inside
 * `tidy` or a gradient function: intermediates are left to it.
 *
 * @param feeds a tensor for each graph input, by value id
 * @returns the wanted values in order
 */
export function interpret(
  graph: Graph,
  feeds: ReadonlyMap<ValueId, Tensor>,
  wanted: readonly ValueId[] = graph.outputs.map((output) => output.value),
  options: InterpretOptions = {},
): Tensor[] {
  const values = new Map(feeds);
  const uploadParam = (param: Param) => tensor(param.data, [...param.shape], 'float32');
  const find = (id: ValueId): Tensor => {
    const param = graph.params.get(id);
    const found = param ? (options.param ?? uploadParam)(param) : values.get(id);
    if (!found) throw new Error(`The value ${id} is neither fed nor computed.`);
    return found;
  };
  const needed = ancestors(graph, wanted);
  const batch = graph.inputs.map((input) => feeds.get(input.id)?.shape[0]).find((size) => size !== undefined);
  for (const node of graph.nodes) {
    if (!needed.has(node.output)) continue;
    const inputs = node.inputs.map(find);
    const shape = (graph.values.get(node.output)?.shape ?? []).map((dim) => dim ?? batch ?? 1);
    values.set(node.output, options.node?.(node, inputs, shape) ?? runNode(node, inputs, shape));
  }
  return wanted.map(find);
}

function ancestors(graph: Graph, wanted: readonly ValueId[]): ReadonlySet<ValueId> {
  const needed = new Set(wanted);
  for (const node of graph.nodes.toReversed())
    if (needed.has(node.output)) node.inputs.forEach((id) => needed.add(id));
  return needed;
}
