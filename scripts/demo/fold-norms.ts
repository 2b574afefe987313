import { foldLayer } from '../../src/engine/fold';
import type { BatchNormNode, Conv2dNode, Graph, Param } from '../../src/graph/graph';

/**
 * The graph with every batch norm that follows a convolution made part of it, as PyTorch's export for inference does.
 * A filter's weights then are as large as what it contributes.
 */
export function foldNorms(graph: Graph): Graph {
  const norms = new Map(
    graph.nodes.flatMap((node) => (node.op === 'batchNorm' ? [[node.inputs[0], node] as const] : [])),
  );
  const params = new Map(graph.params);
  const nodes = graph.nodes.flatMap((node) => {
    if (node.op === 'batchNorm') return [];
    const norm = node.op === 'conv2d' ? norms.get(node.output) : undefined;
    return node.op === 'conv2d' && norm ? [foldInto(graph, params, node, norm)] : [node];
  });
  return { ...graph, nodes, params };
}

function foldInto(
  graph: Graph,
  params: Map<string, Param>,
  node: Conv2dNode,
  batchNorm: BatchNormNode,
): Conv2dNode {
  const { kernel, bias } = foldLayer(graph, { node, batchNorm });
  const [x = '', kernelId = ''] = node.inputs;
  const before = params.get(kernelId);
  if (!before) throw new Error(`${node.source} has no kernel.`);
  const name = `${node.source}.bias`;
  params.set(kernelId, { ...before, data: kernel });
  params.set(name, { id: name, name, shape: [bias.length], data: bias, role: 'weight', source: null });
  batchNorm.inputs.slice(1).forEach((id) => params.delete(id));
  return { ...node, inputs: [x, kernelId, name], output: batchNorm.output };
}
