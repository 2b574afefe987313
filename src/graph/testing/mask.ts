import type { AxisLabels, ChannelMap, KeepLists } from '../channel-types';
import type { Graph, Param, ValueId } from '../graph';
import { isKernelNode, type GraphNode } from '../nodes';
import { keptPositions } from '../keep';
import { contractedAxes } from '../rules/matmul';
import { kernelAxes, kernelInputs } from '../rules/kernels';

/**
 * The masked twin of a sliced network: removed channels are still computed, but whatever sums over channels takes
 * them as zero. It has the original shapes and gives the sliced network's outputs.
 */
export function maskGraph(graph: Graph, channels: ChannelMap, keep: KeepLists): Graph {
  const params = new Map(graph.params);
  const values = new Map(graph.values);
  const kept = (labels: AxisLabels) => new Set(keptPositions(labels, channels, keep));
  const nodes = graph.nodes.flatMap((node): GraphNode[] => {
    if (isKernelNode(node)) {
      const { kernel } = kernelInputs(node);
      const axis = kernelAxes(node).input;
      const labels = channels.params.get(kernel)?.find((candidate) => candidate.axis === axis);
      const param = params.get(kernel);
      if (labels && param) params.set(kernel, zeroed(param, axis, kept(labels)));
    }
    if (node.op !== 'matmul') return [node];
    const [x] = node.inputs;
    const value = graph.values.get(x);
    const labels = channels.values.get(x);
    const [axis] = contractedAxes({ shape: (id) => graph.values.get(id)?.shape ?? [] }, node);
    if (!value || labels?.axis !== axis) return [node];
    const masked: ValueId = `${node.id}:masked`;
    const mask = maskParam(`${node.id}:mask`, labels, value.shape.length - axis, kept(labels));
    params.set(mask.id, mask);
    values.set(masked, { ...value, id: masked });
    return [
      { op: 'binary', kind: 'mul', id: masked, source: node.source, inputs: [x, mask.id], output: masked },
      { ...node, inputs: [masked, node.inputs[1]] },
    ];
  });
  return { ...graph, nodes, values, params };
}

function zeroed(param: Param, axis: number, kept: ReadonlySet<number>): Param {
  const size = param.shape[axis] ?? 1;
  const inner = param.shape.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  return { ...param, data: param.data.map((w, i) => (kept.has(Math.floor(i / inner) % size) ? w : 0)) };
}

function maskParam(id: ValueId, labels: AxisLabels, rank: number, kept: ReadonlySet<number>): Param {
  const size = labels.group.length;
  return {
    id,
    name: id,
    shape: [size, ...Array.from({ length: rank - 1 }, () => 1)],
    data: Float32Array.from({ length: size }, (_, i) => (kept.has(i) ? 1 : 0)),
    role: 'constant',
    source: null,
  };
}
