import type { ChannelGroup, ChannelMap, GroupId, KeepLists } from '../graph/channel-types';
import type { StepReport } from './report';

/** `keep` with a group's first `count` units of `ranking` (the least salient first) removed. */
export function withRemoved(
  keep: KeepLists,
  group: ChannelGroup,
  ranking: readonly number[],
  count: number,
): KeepLists {
  if (count === 0) return keep;
  return new Map(keep).set(group.id, ascending(ranking.slice(count)));
}

/** Kept units of every group, as the cost model takes them. */
export function keptUnits(groups: readonly ChannelGroup[], keep: KeepLists): Record<GroupId, number> {
  return Object.fromEntries(groups.map(({ id, size }) => [id, keep.get(id)?.length ?? size]));
}

/** A group's removed channels in the original numbering of its first producer, ascending. */
export function removedChannels(group: ChannelGroup, keep: KeepLists): number[] {
  const kept = keep.get(group.id);
  if (!kept) return [];
  const keptSet = new Set(kept);
  return ascending(group.channels.filter((_, unit) => !keptSet.has(unit)).flat());
}

/** The keep-lists that leave out these channels: the inverse of `removedChannels`. */
export function keepListsWithout(
  channels: ChannelMap,
  removed: Readonly<Record<GroupId, readonly number[]>>,
): KeepLists {
  const keep = new Map<GroupId, readonly number[]>();
  for (const group of channels.groups) {
    const gone = new Set(removed[group.id]);
    if (gone.size === 0) continue;
    const units = group.channels.map((unit, index) => (unit.some((c) => gone.has(c)) ? -1 : index));
    keep.set(
      group.id,
      units.filter((unit) => unit >= 0),
    );
  }
  return keep;
}

/** What a search has committed so far, from its step reports: the model of a run that was stopped. */
export function keepListsAfter(channels: ChannelMap, steps: readonly StepReport[]): KeepLists {
  const removed = steps.map(({ group, committed }) => [group, committed?.removed ?? []] as const);
  return keepListsWithout(channels, Object.fromEntries(removed));
}

function ascending(numbers: readonly number[]): number[] {
  return numbers.toSorted((a, b) => a - b);
}
