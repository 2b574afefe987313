import type { Graph, ValueId } from '../../graph/graph';
import { isKernelNode } from '../../graph/nodes';

/** What is done to a weight besides following the loss. */
export interface Penalty {
  /** L2 penalty's gradient factor: kernels have it, biases and norms do not. */
  readonly decay: number;
  /** L1 penalty's gradient factor: batch-norm scales have it. */
  readonly sparsity: number;
}

/** The penalty of each param that a layer multiplies with. */
export function findPenalties(
  graph: Graph,
  weightDecay: number,
  scaleSparsity: number,
): ReadonlyMap<ValueId, Penalty> {
  const penalties = new Map<ValueId, Penalty>();
  for (const node of graph.nodes) {
    const param = node.inputs[1];
    if (param === undefined) continue;
    if (isKernelNode(node)) penalties.set(param, { decay: weightDecay, sparsity: 0 });
    if (node.op === 'batchNorm') penalties.set(param, { decay: 0, sparsity: scaleSparsity });
  }
  return penalties;
}

/** Params that follow batches instead of slopes: running means and variances, wherever they are marked as such. */
export function findStatistics(graph: Graph): ReadonlySet<ValueId> {
  const found = new Set<ValueId>();
  for (const param of graph.params.values()) if (param.role === 'statistic') found.add(param.id);
  for (const node of graph.nodes)
    if (node.op === 'batchNorm') node.inputs.slice(3).forEach((id) => found.add(id));
  return found;
}
