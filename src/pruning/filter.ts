import type { ChannelGroup, GroupId } from '../graph/channel-types';
import { priceMacs, type CostModel } from '../graph/cost-model';
import { keptUnits } from './keep-lists';
import type { PagcpSettings } from './recipe';

/** A candidate of the filter: what its group would enter the final model with. */
export interface FilterEntry {
  readonly group: ChannelGroup;
  readonly removed: number;
  /** Rise of the summed loss over the group's step. */
  readonly lossRise: number;
}

/** All in step order. */
export interface FilterChoice {
  readonly entered: readonly FilterEntry[];
  readonly filtered: readonly GroupId[];
  /** Loss paid for each MAC saved. */
  readonly scores: Readonly<Record<GroupId, number>>;
}

/** Rounding error in K·C must not let another group in. */
const rounding = 1e-9;

/**
 * The top-K filter: entries with the lowest scores enter the final model, ties in step order (DESIGN §4.4). A score is
 * the entry's loss rise over the MACs it saves where all entries are removed from the unpruned model in step order.
 * @param steps the number of groups the search visited
 */
export function filterEntries(
  entries: readonly FilterEntry[],
  groups: readonly ChannelGroup[],
  cost: CostModel,
  settings: PagcpSettings,
  steps: number,
): FilterChoice {
  const scored = scoreByReplay(entries, groups, cost);
  const cheapestFirst = scored.toSorted((a, b) => a.score - b.score);
  const entering = new Set(cheapestFirst.slice(0, enteringCount(settings, entries.length, steps)));
  return {
    entered: scored.filter((one) => entering.has(one)).map(({ entry }) => entry),
    filtered: scored.filter((one) => !entering.has(one)).map(({ entry }) => entry.group.id),
    scores: Object.fromEntries(scored.map(({ entry, score }) => [entry.group.id, score])),
  };
}

function enteringCount({ mode, topK }: PagcpSettings, candidates: number, steps: number): number {
  return mode === 'corrected' ? Math.ceil(topK * candidates - rounding) : Math.floor(topK * steps);
}

function scoreByReplay(
  entries: readonly FilterEntry[],
  groups: readonly ChannelGroup[],
  cost: CostModel,
): { readonly entry: FilterEntry; readonly score: number }[] {
  let kept = keptUnits(groups, new Map());
  let macs = priceMacs(cost, kept);
  return entries.map((entry) => {
    const { group, removed, lossRise } = entry;
    kept = { ...kept, [group.id]: group.size - removed };
    const before = macs;
    macs = priceMacs(cost, kept);
    return { entry, score: lossRise / (before - macs + 1e-20) };
  });
}
