import { editableParams } from '../graph/editable';
import { shapeOf, type Param, type ValueId } from '../graph/graph';
import type { BatchNormNode } from '../graph/nodes';
import type { LayerRecovered } from './events';
import { slicedNetwork, withSlicedParams, type Network, type Reference } from './network';
import { probe } from './probe';

/**
 * Batch norms' means and variances re-estimated on the calibration set, from input to output: each sees what those
 * before it give with their new statistics. They are the exact mean and (biased) variance of the whole set.
 */
export async function* reestimateBatchNorms(
  reference: Reference,
  network: Network,
  { signal }: { readonly signal?: AbortSignal | undefined } = {},
): AsyncGenerator<LayerRecovered, Network> {
  let current = network;
  const norms = changeableNorms(reference, network);
  for (const [index, node] of norms.entries()) {
    signal?.throwIfAborted();
    const sliced = slicedNetwork(reference, current);
    const [mean, variance] = [sliced.params.get(node.inputs[3]), sliced.params.get(node.inputs[4])];
    if (!mean || !variance) continue;
    const found = await channelMoments(reference, current, node);
    current = withSlicedParams(
      reference,
      current,
      new Map<ValueId, Param>([
        [mean.id, { ...mean, data: Float32Array.from(found.means) }],
        [variance.id, { ...variance, data: Float32Array.from(found.variances) }],
      ]),
    );
    const errors = { errorBefore: shift(mean.data, variance.data, found), errorAfter: 0, macs: found.macs };
    const progress = { layer: node.source, done: index + 1, total: norms.length };
    yield { kind: 'layer-recovered', method: 'batch-norm', ...progress, ...errors };
  }
  return current;
}

function changeableNorms(reference: Reference, network: Network): readonly BatchNormNode[] {
  const graph = slicedNetwork(reference, network);
  const editable = editableParams(graph);
  return graph.nodes.filter(
    (node): node is BatchNormNode =>
      node.op === 'batchNorm' && editable.has(node.inputs[3]) && editable.has(node.inputs[4]),
  );
}

export interface ChannelMoments {
  readonly means: Float64Array;
  readonly variances: Float64Array;
}

interface MeasuredMoments extends ChannelMoments {
  readonly macs: number;
}

/** Mean and variance of each channel of what a batch norm reads, over the whole set. */
async function channelMoments(
  reference: Reference,
  network: Network,
  { inputs: [x] }: BatchNormNode,
): Promise<MeasuredMoments> {
  const sliced = slicedNetwork(reference, network);
  const moments = new RunningMoments(shapeOf(sliced, x).at(-1) ?? 1);
  const asked = probe(sliced, reference.set, [x]);
  try {
    for (const batch of asked.batches) {
      const [values] = await asked.read(batch);
      if (values) moments.add(values);
    }
  } finally {
    asked.dispose();
  }
  return { ...moments.result(), macs: asked.macs };
}

/** Means and summed squared deviations, merged batch by batch (Chan, Golub & LeVeque 1983) in float64. */
class RunningMoments {
  readonly #means: Float64Array;
  readonly #deviations: Float64Array;
  #count = 0;

  constructor(channels: number) {
    this.#means = new Float64Array(channels);
    this.#deviations = new Float64Array(channels);
  }

  add(values: Float32Array): void {
    const channels = this.#means.length;
    const count = values.length / channels;
    const means = new Float64Array(channels);
    for (let i = 0; i < values.length; i++)
      means[i % channels] = (means[i % channels] ?? 0) + (values[i] ?? 0) / count;
    const deviations = new Float64Array(channels);
    for (let i = 0; i < values.length; i++) {
      const difference = (values[i] ?? 0) - (means[i % channels] ?? 0);
      deviations[i % channels] = (deviations[i % channels] ?? 0) + difference * difference;
    }
    const total = this.#count + count;
    for (let c = 0; c < channels; c++) {
      const apart = (means[c] ?? 0) - (this.#means[c] ?? 0);
      this.#means[c] = (this.#means[c] ?? 0) + (apart * count) / total;
      this.#deviations[c] =
        (this.#deviations[c] ?? 0) + (deviations[c] ?? 0) + (apart * apart * this.#count * count) / total;
    }
    this.#count = total;
  }

  result(): ChannelMoments {
    return { means: this.#means, variances: this.#deviations.map((sum) => sum / this.#count) };
  }
}

/** How far the statistics were off: the mean squared shift of the means, in variances of the channels. */
function shift(means: Float32Array, variances: Float32Array, found: ChannelMoments): number {
  const shifts = Array.from(
    means,
    (mean, c) => (mean - (found.means[c] ?? 0)) ** 2 / Math.max(variances[c] ?? 0, 1e-12),
  );
  return shifts.reduce((sum, value) => sum + value, 0) / Math.max(1, shifts.length);
}
