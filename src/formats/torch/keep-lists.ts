import type { ChannelMap, KeepLists } from '../../graph/channel-types';
import type { AxisCut } from '../tfjs/slice-weights';
import type { StateTensor } from './tensor';

/** Where an entry of the state dict is cut, along its own axes. */
export type EntryCuts = ReadonlyMap<string, readonly AxisCut[]>;

/**
 * What was kept, for other programs: each pruned group's units, and for each tensor of the state dict the positions
 * kept along its axes.
 */
export function keepListsJson(
  channels: ChannelMap,
  keep: KeepLists,
  tensors: ReadonlyMap<string, StateTensor>,
  cuts: EntryCuts,
): Uint8Array {
  const groups = channels.groups.flatMap(({ id, size, producers, consumers }) => {
    const kept = keep.get(id);
    if (!kept || kept.length === size) return [];
    const names = (layers: typeof producers) => layers.map(({ name }) => name);
    return [{ id, size, kept, producers: names(producers), consumers: names(consumers) }];
  });
  const entries = [...cuts].map(([name, cut]) => {
    const keepByAxis = Object.fromEntries(cut.map(({ axis, indices }) => [axis, indices]));
    return [name, { shape: tensors.get(name)?.shape, keep: keepByAxis }] as const;
  });
  const json = { version: 1, groups, tensors: Object.fromEntries(entries) };
  return new TextEncoder().encode(`${JSON.stringify(json)}\n`);
}
