import type { Graph, Value } from '../graph';

/** The graph as it would be exported for one sample: every batch axis has length 1. */
export function forOneSample(graph: Graph): Graph {
  const fixed = (value: Value): Value => ({ ...value, shape: value.shape.map((dim) => dim ?? 1) });
  const values = new Map([...graph.values].map(([id, value]) => [id, fixed(value)]));
  return { ...graph, inputs: graph.inputs.map(fixed), values };
}
