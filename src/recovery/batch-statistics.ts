import { editableParams } from '../graph/editable';
import type { Graph, Param, ValueId } from '../graph/graph';
import type { BatchNormNode } from '../graph/nodes';
import { RunningMoments, type ChannelMoments } from './channel-moments';
import type { LayerRecovered } from './events';
import { slicedNetwork, withSlicedParams, type Network, type Reference } from './network';
import { Sweep } from './sweep';

export interface ReestimateOptions {
  readonly signal?: AbortSignal | undefined;
  /** For activations that are held between norms. */
  readonly budgetBytes?: number | undefined;
}

/**
 * Batch norms' means and variances re-estimated on the calibration set, from input to output: each sees what those
 * before it give with their new statistics. They are the exact mean and (biased) variance of the whole set.
 */
export async function* reestimateBatchNorms(
  reference: Reference,
  network: Network,
  { signal, budgetBytes }: ReestimateOptions = {},
): AsyncGenerator<LayerRecovered, Network> {
  const sliced = slicedNetwork(reference, network);
  const norms = changeableNorms(sliced);
  const estimated = new Map<ValueId, Param>();
  const inputs = norms.map(({ node }) => node.inputs[0]);
  const sweep = new Sweep(sliced, reference.set, inputs, { budgetBytes });
  try {
    for (const [index, norm] of norms.entries()) {
      signal?.throwIfAborted();
      const mean = estimated.get(norm.mean.id) ?? norm.mean;
      const variance = estimated.get(norm.variance.id) ?? norm.variance;
      const moments = new RunningMoments(mean.data.length);
      let macs = 0;
      for await (const { values, ...reading } of sweep.next()) {
        macs += reading.macs;
        values.forEach((each) => moments.add(each));
      }
      const found = moments.result();
      const renewed = [
        { ...mean, data: Float32Array.from(found.means) },
        { ...variance, data: Float32Array.from(found.variances) },
      ];
      renewed.forEach((param) => estimated.set(param.id, param));
      sweep.replaceParams(renewed);
      const errors = { errorBefore: shift(mean.data, variance.data, found), errorAfter: 0, macs };
      const progress = { layer: norm.node.source, done: index + 1, total: norms.length };
      yield { kind: 'layer-recovered', method: 'batch-norm', ...progress, ...errors };
    }
  } finally {
    sweep.dispose();
  }
  return withSlicedParams(reference, network, estimated);
}

interface ChangeableNorm {
  readonly node: BatchNormNode;
  readonly mean: Param;
  readonly variance: Param;
}

function changeableNorms(graph: Graph): readonly ChangeableNorm[] {
  const editable = editableParams(graph);
  return graph.nodes.flatMap((node) => {
    if (node.op !== 'batchNorm') return [];
    const [mean, variance] = [editable.get(node.inputs[3]), editable.get(node.inputs[4])];
    return mean && variance ? [{ node, mean, variance }] : [];
  });
}

/** How far the statistics were off: the mean squared shift of the means, in variances of the channels. */
function shift(means: Float32Array, variances: Float32Array, found: ChannelMoments): number {
  const shifts = Array.from(
    means,
    (mean, c) => (mean - (found.means[c] ?? 0)) ** 2 / Math.max(variances[c] ?? 0, 1e-12),
  );
  return shifts.reduce((sum, value) => sum + value, 0) / Math.max(1, shifts.length);
}
