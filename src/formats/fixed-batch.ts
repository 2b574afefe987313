import type { Graph, Value } from '../graph/graph';
import { isKernelNode, type GraphNode, type OpaqueNode } from '../graph/nodes';

interface Reading {
  readonly graph: Graph;
  readonly notes: readonly string[];
  /** The batch size that the file gives, where it was left free. */
  readonly fixedBatch: number | null;
}

/**
 * Reads a model so that it takes any number of samples at once. Where its file is for one sample, and operators that
 * matter depend on that (they merge the batch with other axes, or drop it), it is read as it stands: it then takes one
 * sample at a time, and every output has the batch of one in front.
 *
 * @param read with the batch size that the file gives left free, or as it is
 */
export function readForSamples<R extends Reading>(read: (literalBatch: boolean) => R): R {
  const free = read(false);
  const obstacles = opaqueNodes(free.graph);
  if (free.fixedBatch === null || obstacles.length === 0) return free;
  const literal = read(true);
  if (computed(literal.graph) <= computed(free.graph)) return free;
  if (free.fixedBatch > 1) {
    const note = `The file is for ${free.fixedBatch} samples at a time; exported for one, more of it can be pruned.`;
    return { ...free, notes: [...free.notes, note] };
  }
  const others = new Set(opaqueNodes(literal.graph).map(({ source }) => source));
  const reasons = obstacles
    .filter(({ source }) => !others.has(source))
    .slice(0, 1)
    .map(
      ({ source, sourceOp }) =>
        `The file is for one sample at a time, and ${sourceOp} "${source}" depends on it: samples run one by one.`,
    );
  return { ...literal, graph: withBatchAxis(literal.graph), notes: [...reasons, ...literal.notes] };
}

function opaqueNodes({ nodes }: Graph): readonly OpaqueNode[] {
  return nodes.filter((node) => node.op === 'opaque');
}

/** How much of the graph runs: its layers and outputs. */
function computed(graph: Graph): number {
  const { nodes, outputs } = graph;
  const opaque = new Set(opaqueNodes(graph).map(({ output }) => output));
  const layers = nodes.filter((node) => isKernelNode(node) || node.op === 'matmul');
  return layers.length + outputs.filter(({ value }) => !opaque.has(value)).length;
}

/** Outputs from which a file for one sample drops the batch axis get it back. */
function withBatchAxis(graph: Graph): Graph {
  const nodes: GraphNode[] = [...graph.nodes];
  const opaque = new Set(opaqueNodes(graph).map(({ output }) => output));
  const values = new Map(graph.values);
  const outputs = graph.outputs.map(({ name, value }) => {
    const bare = values.get(value);
    if (!bare || bare.shape[0] === 1 || opaque.has(value)) return { name, value };
    const whole: Value = { id: `${name} with its batch`, name, shape: [1, ...bare.shape] };
    values.set(whole.id, whole);
    nodes.push({ op: 'reshape', id: whole.id, source: name, inputs: [bare.id], output: whole.id });
    return { name, value: whole.id };
  });
  return { ...graph, nodes, values, outputs };
}
