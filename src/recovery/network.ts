import type { CalibrationSet } from '../calibration/calibration';
import type { ChannelMap, KeepLists } from '../graph/channel-types';
import { editableParams } from '../graph/editable';
import type { Graph, Param, ValueId } from '../graph/graph';
import { keptPositions } from '../graph/keep';
import { scatterParams } from '../graph/scatter';
import { sliceGraph } from '../graph/slice';

/** A pruned network: the original-size graph with its numbers as they are now, and what it keeps. */
export interface Network {
  readonly graph: Graph;
  readonly keep: KeepLists;
}

/** What a recovery compares with and measures on. */
export interface Reference {
  /** The unpruned network, as it was brought. */
  readonly original: Graph;
  readonly channels: ChannelMap;
  readonly set: CalibrationSet;
}

export function slicedNetwork({ channels }: Pick<Reference, 'channels'>, { graph, keep }: Network): Graph {
  return sliceGraph(graph, channels, keep);
}

/** The network with other numbers in some params of its sliced form. */
export function withSlicedParams(
  { channels }: Pick<Reference, 'channels'>,
  { graph, keep }: Network,
  params: ReadonlyMap<ValueId, Pick<Param, 'data' | 'shape'>>,
): Network {
  return { graph: scatterParams(graph, channels, keep, params), keep };
}

/** What a trained twin of the sliced network has learned, in the places of params that may change. */
export function withTrained(reference: Reference, network: Network, trained: Graph): Network {
  const editable = editableParams(network.graph);
  const params = [...trained.params].filter(([id]) => editable.has(id));
  return withSlicedParams(reference, network, new Map(params));
}

/** For each channel (last axis) of a value of the sliced network its position in the original's; null for all. */
export function originalChannels(
  { channels, original }: Pick<Reference, 'channels' | 'original'>,
  keep: KeepLists,
  value: ValueId,
): readonly number[] | null {
  const labels = channels.values.get(value);
  if (!labels) return null;
  const rank = original.values.get(value)?.shape.length ?? 0;
  return labels.axis === rank - 1 ? keptPositions(labels, channels, keep) : null;
}

/** What is kept of the original when a network that keeps `first` of it keeps `second` of its own. */
export function composeKeep(channels: ChannelMap, first: KeepLists, second: KeepLists): KeepLists {
  const composed = new Map(first);
  for (const [id, units] of second) {
    const before = first.get(id);
    if (!channels.groups.some((group) => group.id === id)) throw new Error(`There is no group ${id}.`);
    composed.set(id, before ? units.map((unit) => before[unit] ?? 0) : units);
  }
  return composed;
}
