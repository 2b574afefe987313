import type { Graph, Param } from '../graph/graph';
import type { BatchNormNode, GraphNode } from '../graph/nodes';
import type { FusedLayer } from './plan';

export interface Fold {
  readonly kernel: Float32Array;
  readonly kernelShape: readonly number[];
  readonly bias: Float32Array;
}

/** A layer's kernel and bias with its batch norm, which must be there, folded in. */
export function foldLayer(
  graph: Graph,
  { node, batchNorm }: { readonly node: FusedLayer['node']; readonly batchNorm: BatchNormNode },
): Fold {
  const kernel = paramAt(graph, node, 1);
  const bias = node.inputs.length > 2 ? paramAt(graph, node, 2) : null;
  return foldBatchNorm(kernel, bias, {
    scale: paramAt(graph, batchNorm, 1).data,
    offset: paramAt(graph, batchNorm, 2).data,
    mean: paramAt(graph, batchNorm, 3).data,
    variance: paramAt(graph, batchNorm, 4).data,
    epsilon: batchNorm.epsilon,
  });
}

export function paramAt(graph: Graph, node: GraphNode, index: number): Param {
  const param = graph.params.get(node.inputs[index] ?? '');
  if (!param) throw new Error(`Input ${index} of ${node.source} is not a param.`);
  return param;
}

export interface BatchNormParams {
  readonly scale: Float32Array;
  readonly offset: Float32Array;
  readonly mean: Float32Array;
  readonly variance: Float32Array;
  readonly epsilon: number;
}

/** A layer's kernel (output channels last) and bias with the batch norm that follows folded in, in float64. */
function foldBatchNorm(kernel: Param, bias: Param | null, norm: BatchNormParams): Fold {
  const factors = Float64Array.from(norm.variance, (variance, channel) => {
    return (norm.scale[channel] ?? 1) / Math.sqrt(variance + norm.epsilon);
  });
  const channels = factors.length;
  const folded = new Float32Array(kernel.data.length);
  for (let row = 0; row < folded.length; row += channels)
    for (let channel = 0; channel < channels; channel++)
      folded[row + channel] = (kernel.data[row + channel] ?? 0) * (factors[channel] ?? 1);
  const shifted = Float32Array.from(factors, (factor, channel) => {
    const centred = (bias?.data[channel] ?? 0) - (norm.mean[channel] ?? 0);
    return (norm.offset[channel] ?? 0) + centred * factor;
  });
  return { kernel: folded, kernelShape: kernel.shape, bias: shifted };
}
