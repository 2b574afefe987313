import type { AxisLabels, ChannelMap, GroupId, KeepLists } from './channel-types';
import type { ValueId } from './graph';
import type { AxisSlice } from './take';

/**
 * Positions of an axis that stay.
 * @throws Error when a keep-list names an unknown or frozen group, or units it does not have
 */
export function keptPositions(labels: AxisLabels, channels: ChannelMap, keep: KeepLists): number[] {
  return positions(labels, keptUnits(channels, keep));
}

/** What to take of each param that loses channels. Map the axes through `Param.source` for the source tensor's. */
export function paramSlices(channels: ChannelMap, keep: KeepLists): Map<ValueId, AxisSlice[]> {
  const kept = keptUnits(channels, keep);
  const slices = new Map<ValueId, AxisSlice[]>();
  for (const [param, axes] of channels.params) {
    const taken = axes.flatMap((labels) => sliceOf(labels, kept) ?? []);
    if (taken.length > 0) slices.set(param, taken);
  }
  return slices;
}

/** What to take of each value that loses channels. */
export function valueSlices(channels: ChannelMap, keep: KeepLists): Map<ValueId, AxisSlice> {
  const kept = keptUnits(channels, keep);
  const slices = [...channels.values].map(([id, labels]) => [id, sliceOf(labels, kept)] as const);
  return new Map(slices.flatMap(([id, slice]) => (slice ? [[id, slice]] : [])));
}

/** Values that would be left without any channel, which no network can be built from; usually none. */
export function emptiedValues(channels: ChannelMap, keep: KeepLists): ValueId[] {
  return [...valueSlices(channels, keep)].flatMap(([id, { indices }]) => (indices.length === 0 ? [id] : []));
}

/** For each group a flag for each unit, or null where the group is whole. */
function keptUnits(channels: ChannelMap, keep: KeepLists): readonly (Uint8Array | null)[] {
  const byId = new Map<GroupId, number>(channels.groups.map(({ id }, index) => [id, index]));
  const kept: (Uint8Array | null)[] = channels.groups.map(() => null);
  for (const [id, units] of keep) {
    const index = byId.get(id);
    const group = index === undefined ? undefined : channels.groups[index];
    if (index === undefined || !group) throw new Error(`There is no group ${id}.`);
    const flags = new Uint8Array(group.size);
    for (const unit of units) {
      if (!(unit in flags)) throw new Error(`Group ${id} has ${group.size} units, no unit ${unit}.`);
      flags[unit] = 1;
    }
    if (flags.every((flag) => flag === 1)) continue;
    if (group.frozen !== null) throw new Error(`Group ${id} cannot be pruned: ${group.frozen}.`);
    kept[index] = flags;
  }
  return kept;
}

/** Null where no position goes. */
function sliceOf(labels: AxisLabels, kept: readonly (Uint8Array | null)[]): AxisSlice | null {
  if (groupsOf(labels).every((group) => !kept[group])) return null;
  const indices = positions(labels, kept);
  return indices.length < labels.group.length ? { axis: labels.axis, indices } : null;
}

function positions({ group, unit }: AxisLabels, kept: readonly (Uint8Array | null)[]): number[] {
  const result: number[] = [];
  for (let position = 0; position < group.length; position++) {
    const flags = kept[group[position] ?? -1];
    if (!flags || flags[unit[position] ?? 0] === 1) result.push(position);
  }
  return result;
}

const distinctGroups = new WeakMap<AxisLabels, readonly number[]>();

function groupsOf(labels: AxisLabels): readonly number[] {
  const groups = distinctGroups.get(labels) ?? [...new Set(labels.group)];
  distinctGroups.set(labels, groups);
  return groups;
}
