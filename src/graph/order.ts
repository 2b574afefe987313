import type { Graph, GraphNode, ValueId } from './graph';

/**
 * The nodes that lead to the outputs, in the order a depth-first walk back from the outputs meets them: outputs in
 * their order on a stack, and from each node taken off it the makers of its inputs, in input order. So the last
 * input is walked first, and a node's place is where it is first met. This is the "graph order" in which groups
 * are numbered and ties are broken.
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
  for (const output of graph.outputs) meet(output.value);
  for (let node = stack.pop(); node; node = stack.pop()) node.inputs.forEach(meet);
  return [...met];
}
