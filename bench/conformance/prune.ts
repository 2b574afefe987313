import { keptMacs } from '../../src/graph/cost';
import type { ChannelMap, KeepLists } from '../../src/graph/channel-types';
import type { Graph } from '../../src/graph/graph';
import { emptiedValues } from '../../src/graph/slice';
import { removalCount } from '../../src/pruning/candidates';
import { rankUnits } from '../../src/pruning/saliency';

/** Keep-lists without the least salient `ratio` of every group that may be pruned. */
export function pruneAll(graph: Graph, channels: ChannelMap, ratio: number): KeepLists {
  const keep = new Map<string, readonly number[]>();
  for (const group of channels.groups) {
    const count = removalCount(ratio, group.size);
    if (group.frozen !== null || count === 0) continue;
    const removed = new Set(rankUnits({ graph, channels }, new Map(), group, 'l1').slice(0, count));
    const units = Array.from({ length: group.size }, (_, unit) => unit).filter((unit) => !removed.has(unit));
    if (emptiedValues(channels, new Map([...keep, [group.id, units]])).length === 0)
      keep.set(group.id, units);
  }
  return keep;
}

/** Numbers of groups and of multiply-accumulates, for the table. */
export function pruningCounts(graph: Graph, channels: ChannelMap, keep: KeepLists): Record<string, number> {
  const before = keptMacs(graph, channels, new Map());
  const saved = before === 0 ? 0 : 1 - keptMacs(graph, channels, keep) / before;
  return {
    groups: channels.groups.length,
    frozen: channels.groups.filter(({ frozen }) => frozen !== null).length,
    pruned: keep.size,
    'MACs saved %': Math.round(saved * 100),
  };
}
