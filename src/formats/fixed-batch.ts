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
  const size = free.fixedBatch;
  const obstacle = free.graph.nodes.find((node) => node.op === 'opaque');
  if (size === null || !obstacle) return free;
  const literal = read(true);
  const graph = withBatchAxis(literal.graph, size);
  if (computed(graph, size) <= computed(free.graph, null)) return free;
  if (size === 1) return { ...literal, graph, notes: [ONE_BY_ONE(obstacle), ...literal.notes] };
  return { ...free, notes: [...free.notes, EXPORT_FOR_ONE(size)] };
}

const ONE_BY_ONE = ({ sourceOp, source }: OpaqueNode) =>
  `The file is for one sample at a time, and ${sourceOp} "${source}" depends on it: samples run one by one.`;
const EXPORT_FOR_ONE = (size: number) =>
  `The file is for ${size} samples at a time; exported for one, more of it can be pruned.`;

/** How much of the graph runs: its layers, and the outputs that hold samples. */
function computed({ nodes, outputs, values }: Graph, batch: number | null): number {
  const opaque = new Set(nodes.flatMap((node) => (node.op === 'opaque' ? [node.output] : [])));
  const isLayer = (node: GraphNode) => isKernelNode(node) || node.op === 'matmul';
  const holdsSamples = ({ value }: Graph['outputs'][number]) =>
    !opaque.has(value) && values.get(value)?.shape[0] === batch;
  return nodes.filter(isLayer).length + outputs.filter(holdsSamples).length;
}

/** Of a model for one sample: outputs from which the file drops the batch axis get it back. */
function withBatchAxis(graph: Graph, size: number): Graph {
  if (size !== 1) return graph;
  const nodes: GraphNode[] = [...graph.nodes];
  const values = new Map(graph.values);
  const outputs = graph.outputs.map((output) => {
    const bare = values.get(output.value);
    const maker = nodes.find((node) => node.output === output.value);
    if (!bare || bare.shape[0] === 1 || maker?.op === 'opaque') return output;
    const value: Value = { id: `${bare.id} as one sample`, name: output.name, shape: [1, ...bare.shape] };
    values.set(value.id, value);
    nodes.push({
      op: 'reshape',
      id: `${value.id}:reshape`,
      source: output.name,
      inputs: [bare.id],
      output: value.id,
    });
    return { ...output, value: value.id };
  });
  return { ...graph, nodes, values, outputs };
}
