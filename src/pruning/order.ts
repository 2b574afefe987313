import type { GroupId } from '../graph/channel-types';
import { priceMacs } from '../graph/cost-model';
import { keptUnits, prunableGroups, removalCount } from './candidates';
import type { PruningSession } from './session';

export interface GroupOrder {
  readonly order: readonly GroupId[];
  /** MACs the whole unpruned model saves when the probe ratio of a group alone is removed, dependents included. */
  readonly gains: Readonly<Record<GroupId, number>>;
}

/** The order groups are visited in: by gain, most first when λ ≤ 1, else least first; ties in graph order. */
export function groupOrder(
  { channels, cost }: Pick<PruningSession, 'channels' | 'cost'>,
  lambda: number,
  probeRatio: number,
): GroupOrder {
  const whole = keptUnits(channels, new Map());
  const macs = priceMacs(cost, whole);
  const probed = prunableGroups(channels).map(({ id, size }) => {
    const probe = { ...whole, [id]: size - removalCount(probeRatio, size) };
    return { id, gain: macs - priceMacs(cost, probe) };
  });
  const direction = lambda <= 1 ? -1 : 1;
  return {
    order: probed.toSorted((a, b) => direction * (a.gain - b.gain)).map(({ id }) => id),
    gains: Object.fromEntries(probed.map(({ id, gain }) => [id, gain])),
  };
}
