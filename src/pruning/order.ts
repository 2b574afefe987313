import type { ChannelGroup, GroupId } from '../graph/channel-types';
import { priceMacs, type CostModel } from '../graph/cost-model';
import { removalCount } from './candidates';
import { keptUnits } from './keep-lists';

export interface GroupOrder {
  readonly order: readonly ChannelGroup[];
  /** MACs the whole unpruned model saves when the probe ratio of a group alone is removed, dependents included. */
  readonly gains: Readonly<Record<GroupId, number>>;
}

/** The order groups are visited in: by gain, most first when λ ≤ 1, else least first; ties in graph order. */
export function groupOrder(
  groups: readonly ChannelGroup[],
  cost: CostModel,
  lambda: number,
  probeRatio: number,
): GroupOrder {
  const whole = keptUnits(groups, new Map());
  const macs = priceMacs(cost, whole);
  const probed = prunableGroups(groups).map((group) => {
    const probe = { ...whole, [group.id]: group.size - removalCount(probeRatio, group.size) };
    return { group, gain: macs - priceMacs(cost, probe) };
  });
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
