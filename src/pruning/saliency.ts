import type { AxisLabels, ChannelGroup, ChannelMap, KeepLists } from '../graph/channel-types';
import type { Graph, Param } from '../graph/graph';
import { isKernelNode, type KernelNode } from '../graph/nodes';
import { keptPositions } from '../graph/slice';
import type { SaliencyName } from './recipe';

/**
 * Saliency of each unit of a group on the network as already cut by `keep`: the mean |w| (L1) or root mean square
 * (L2) of each filter, summed over the unit's channels and the group's producing layers. Depthwise layers carry
 * channels rather than make them and do not count.
 * @returns one number a unit, in unit order
 */
export function groupSaliency(
  graph: Graph,
  channels: ChannelMap,
  keep: KeepLists,
  group: ChannelGroup,
  norm: SaliencyName,
): Float64Array {
  const saliency = new Float64Array(group.size);
  const groupIndex = channels.groups.indexOf(group);
  for (const node of producingLayers(graph, group)) {
    const filters = layerFilters(graph, channels, keep, node);
    if (!filters) continue;
    filters.labels.group.forEach((owner, position) => {
      const unit = filters.labels.unit[position];
      if (owner !== groupIndex || unit === undefined) return;
      saliency[unit] = (saliency[unit] ?? 0) + filterNorm(filters, position, norm);
    });
  }
  return saliency;
}

/** A group's units on the network as already cut by `keep`, the least salient first. */
export function rankUnits(
  { graph, channels }: { readonly graph: Graph; readonly channels: ChannelMap },
  keep: KeepLists,
  group: ChannelGroup,
  norm: SaliencyName,
): number[] {
  return leastSalientFirst(groupSaliency(graph, channels, keep, group, norm));
}

/** Units from the least salient on; ties in unit order. */
export function leastSalientFirst(saliency: Float64Array): number[] {
  return Array.from(saliency, (value, unit) => ({ value, unit }))
    .sort((a, b) => a.value - b.value || a.unit - b.unit)
    .map(({ unit }) => unit);
}

function producingLayers(graph: Graph, group: ChannelGroup): KernelNode[] {
  const producers = new Set(group.producers.map(({ node }) => node));
  return graph.nodes.filter(isKernelNode).filter((node) => producers.has(node.id));
}

interface Filters {
  readonly kernel: Param;
  readonly spatialSize: number;
  /** Which unit each filter, a position on the kernel's output axis, makes. */
  readonly labels: AxisLabels;
  readonly outputStride: number;
  readonly inputStride: number;
  readonly keptInputs: readonly number[];
}

function layerFilters(graph: Graph, channels: ChannelMap, keep: KeepLists, node: KernelNode): Filters | null {
  const kernel = graph.params.get(node.inputs[1] ?? '');
  if (!kernel) return null;
  const rank = kernel.shape.length;
  const [outputAxis, inputAxis] = node.op === 'convTranspose2d' ? [rank - 2, rank - 1] : [rank - 1, rank - 2];
  const labelled = channels.params.get(kernel.id) ?? [];
  const labels = labelled.find(({ axis }) => axis === outputAxis);
  if (!labels) return null;

  const inputLabels = labelled.find(({ axis }) => axis === inputAxis);
  const inputs = kernel.shape[inputAxis] ?? 1;
  const lastLength = kernel.shape[rank - 1] ?? 1;
  return {
    kernel,
    labels,
    spatialSize: kernel.shape.slice(0, -2).reduce((product, length) => product * length, 1),
    outputStride: outputAxis === rank - 1 ? 1 : lastLength,
    inputStride: inputAxis === rank - 1 ? 1 : lastLength,
    keptInputs: inputLabels
      ? keptPositions(inputLabels, channels, keep)
      : Array.from({ length: inputs }, (_, position) => position),
  };
}

function filterNorm(filters: Filters, position: number, norm: SaliencyName): number {
  const { kernel, spatialSize, outputStride, inputStride, keptInputs } = filters;
  const tapStride = kernel.data.length / spatialSize;
  let sum = 0;
  for (let tap = 0; tap < spatialSize; tap += 1) {
    const start = tap * tapStride + position * outputStride;
    for (const input of keptInputs) {
      const weight = kernel.data[start + input * inputStride] ?? 0;
      sum += norm === 'l1' ? Math.abs(weight) : weight * weight;
    }
  }
  const mean = sum / Math.max(1, spatialSize * keptInputs.length);
  return norm === 'l1' ? mean : Math.sqrt(mean);
}
