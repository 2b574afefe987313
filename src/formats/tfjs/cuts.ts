import type { ChannelMap, KeepLists } from '../../graph/channel-types';
import type { Graph } from '../../graph/graph';
import { paramSlices } from '../../graph/slice';
import type { AxisCut } from './slice-weights';

/** What to cut from each tensor of the manifest, by its name and on its own axes; whole tensors are left out. */
export function tensorCuts(graph: Graph, channels: ChannelMap, keep: KeepLists): Map<string, AxisCut[]> {
  const cuts = new Map<string, AxisCut[]>();
  for (const [id, slices] of paramSlices(channels, keep)) {
    const param = graph.params.get(id);
    if (!param?.source) continue;
    const { tensor, axes, inner } = param.source;
    const known = cuts.get(tensor) ?? [];
    const found = slices
      .map(({ axis, indices }) => ({
        axis: axes[axis] ?? -1,
        indices: axis === inner?.axis ? outerIndices(indices, inner.length) : indices,
      }))
      .filter(({ axis }) => axis >= 0 && !known.some((cut) => cut.axis === axis));
    if (known.length + found.length > 0) cuts.set(tensor, [...known, ...found]);
  }
  return cuts;
}

/** Positions of an outer axis from those of it and the inner one, of which all stay or none. */
function outerIndices(indices: readonly number[], inner: number): number[] {
  const outer = [...new Set(indices.map((index) => Math.floor(index / inner)))];
  if (outer.length * inner !== indices.length) throw new Error('A channel would lose some of its multiples.');
  return outer;
}
