import type { Graph, Value, ValueId } from '../../src/graph/graph';
import type { BatchNormNode, GraphNode } from '../../src/graph/nodes';

/** The graph with training-mode batch norms spelt out: moments, a difference, products and a sum, all tfjs' own. */
export function withPlainBatchNorms(graph: Graph): Graph {
  const values = new Map(graph.values);
  const spellOut = (node: BatchNormNode): GraphNode[] => {
    const [x, scale, offset] = node.inputs;
    const shape = graph.values.get(node.output)?.shape ?? [];
    const between = (part: string): ValueId => {
      const value: Value = { id: `${node.output}.${part}`, name: `${node.output}.${part}`, shape };
      values.set(value.id, value);
      return value.id;
    };
    const [normal, scaled] = [between('normal'), between('scaled')];
    const of = (part: string) => ({ id: `${node.id}.${part}`, source: node.source });
    const axes = shape.slice(0, -1).map((_, axis) => axis);
    const { epsilon, output } = node;
    return [
      { ...of('normal'), op: 'normalize', inputs: [x], axes, epsilon, output: normal },
      { ...of('scaled'), op: 'binary', kind: 'mul', inputs: [normal, scale], output: scaled },
      { ...of('shifted'), op: 'binary', kind: 'add', inputs: [scaled, offset], output },
    ];
  };
  const nodes = graph.nodes.flatMap((node) => (node.op === 'batchNorm' ? spellOut(node) : [node]));
  return { ...graph, nodes, values };
}
