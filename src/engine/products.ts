import { sub, tidy } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ChannelMap } from '../graph/channel-types';
import type { Graph, ValueId } from '../graph/graph';
import { takeAxes } from '../graph/take';
import { nodeMacs } from '../graph/cost';
import type { Candidate } from './candidate';
import { foldLayer, paramAt } from './fold';
import { conv2d } from './ops/conv';
import { dense } from './ops/linear';
import { select } from './ops/select';
import type { FusedLayer, Plan, Step } from './plan';
import type { Reach } from './reach';
import type { WeightStore } from './weights';

/**
 * A layer that is linear in channels a group may lose: without some of them it gives what it gives with all, less
 * what these contribute.
 */
export interface Product {
  readonly layer: FusedLayer;
  readonly input: ValueId;
  readonly output: ValueId;
}

/** Layers, by node id, whose sums over input channels can be had by subtraction: nothing may be fused after them. */
export function linearLayers(graph: Graph): ReadonlySet<string> {
  const layers = graph.nodes.filter(
    (node) => node.op === 'dense' || (node.op === 'conv2d' && node.groups === 1),
  );
  return new Set(layers.map(({ id }) => id));
}

/** The first layers that sum over a group's channels. */
export function productsOf(reach: Reach, graph: Graph, channels: ChannelMap, plan: Plan): readonly Product[] {
  const linear = linearLayers(graph);
  const isLast = (id: ValueId) => {
    const axis = channels.values.get(id)?.axis;
    return axis === undefined || axis === (graph.values.get(id)?.shape.length ?? 0) - 1;
  };

  return plan.steps.flatMap(({ layer, reads, output }: Step) => {
    const [input] = reads;
    if (!layer || input === undefined || reads.length > 1 || !linear.has(layer.node.id)) return [];
    if (!isLast(input) || !isLast(output)) return [];
    return reach.get(input) === 'sliced' && layer.activation === 'linear' ? [{ layer, input, output }] : [];
  });
}

/** What a product came to in a network with more channels. */
export interface Reference {
  readonly input: Tensor;
  readonly output: Tensor;
}

export interface Subtraction {
  /** Multiply-accumulates for one sample. */
  readonly macs: number;
  compute(reference: Reference): Tensor;
}

/**
 * How a candidate's product follows from that of a network that has more channels; null where it is less work to
 * compute it anew, which is also where little would be left after much is taken away.
 */
export function subtraction(
  { layer, input, output }: Product,
  larger: Candidate,
  smaller: Candidate,
  weights: WeightStore,
): Subtraction | null {
  const { node } = layer;
  const removed = smaller.choice.removedFrom(larger.choice, input);
  const kept = smaller.choice.positionsAmong(larger.choice, output);
  const before = layerKernel(larger.graph, layer);
  const inputAxis = before.shape.length - 2;
  const left = (before.shape[inputAxis] ?? 0) - removed.length;
  if (removed.length === 0 || removed.length >= left) return null;

  const taken = takeAxes(before.data, before.shape, [
    { axis: inputAxis, indices: removed },
    ...(kept ? [{ axis: inputAxis + 1, indices: kept }] : []),
  ]);
  const key = `${node.id} less ${removed.join()} of ${larger.choice.name} for ${smaller.choice.name}`;
  return {
    macs: (nodeMacs(smaller.graph, node) / left) * removed.length,
    compute: (reference) =>
      tidy(() => {
        const kernel = weights.upload(key, taken);
        const part = select(reference.input, reference.input.rank - 1, removed);
        const gone = node.op === 'dense' ? dense(part, kernel) : conv2d(part, kernel, node);
        const whole = reference.output;
        return sub(kept ? select(whole, whole.rank - 1, kept) : whole, gone);
      }),
  };
}

function layerKernel(
  graph: Graph,
  { node, batchNorm }: FusedLayer,
): { readonly data: Float32Array; readonly shape: readonly number[] } {
  if (!batchNorm) return paramAt(graph, node, 1);
  const { kernel, kernelShape } = foldLayer(graph, { node, batchNorm });
  return { data: kernel, shape: kernelShape };
}
