import type { ChannelGroup, GroupId } from '../graph/channel-types';
import { removalCount } from './candidates';

export interface GroupOrder {
  readonly order: readonly ChannelGroup[];
  /** MACs the whole unpruned model saves when the probe ratio of a group alone is removed, dependents included. */
  readonly gains: Readonly<Record<GroupId, number>>;
}

/**
 * The order groups are visited in: by gain, most first when λ ≤ 1, else least first; ties in graph order.
 * @param macsSaved what the unpruned model saves without the `removed` least salient units of one group
 */
export function groupOrder(
  groups: readonly ChannelGroup[],
  macsSaved: (group: ChannelGroup, removed: number) => number,
  { lambda, probeRatio }: { readonly lambda: number; readonly probeRatio: number },
): GroupOrder {
  const probed = prunableGroups(groups).map((group) => ({
    group,
    gain: macsSaved(group, removalCount(probeRatio, group.size)),
  }));
  const direction = lambda <= 1 ? -1 : 1;
  return {
    order: probed.toSorted((a, b) => direction * (a.gain - b.gain)).map(({ group }) => group),
    gains: Object.fromEntries(probed.map(({ group, gain }) => [group.id, gain])),
  };
}

/** The groups a run visits, in graph order: L of them. */
export function prunableGroups(groups: readonly ChannelGroup[]): ChannelGroup[] {
  return groups.filter(({ frozen }) => frozen === null);
}
