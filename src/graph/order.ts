import type { Graph, ValueId } from './graph';
import type { GraphNode } from './nodes';

/**
 * The nodes that lead to the outputs, in the order a depth-first walk back from one output after the other meets
 * them. The makers of a node's inputs are met in input order and put on a stack, so the last input is walked first;
 * a node's place is where it is first met. This is the "graph order" in which groups are numbered and ties broken.
 */
export function discoveryOrder(graph: Graph): readonly GraphNode[] {
  const makers = new Map<ValueId, GraphNode>(graph.nodes.map((node) => [node.output, node]));
  const met = new Set<GraphNode>();
  const stack: GraphNode[] = [];
  const meet = (value: ValueId) => {
    const node = makers.get(value);
    if (!node || met.has(node)) return;
    met.add(node);
    stack.push(node);
  };
  for (const output of graph.outputs) {
    meet(output.value);
    for (let node = stack.pop(); node; node = stack.pop()) node.inputs.forEach(meet);
  }
  return [...met];
}
