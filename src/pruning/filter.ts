import type { ChannelGroup, GroupId } from '../graph/channel-types';
import type { PagcpSettings } from './recipe';

/** A candidate of the filter: what its group would enter the final model with. */
export interface FilterEntry {
  readonly group: ChannelGroup;
  readonly removed: number;
  /** Rise of the summed loss over the group's step. */
  readonly lossRise: number;
  /** MACs this saves where all entries are removed from the unpruned model in step order. */
  readonly macsSaved: number;
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
 * The top-K filter: entries with the lowest scores enter the final model, ties in step order (DESIGN §4.4).
 * @param steps the number of groups the search visited
 */
export function filterEntries(
  entries: readonly FilterEntry[],
  settings: PagcpSettings,
  steps: number,
): FilterChoice {
  const scored = entries.map((entry) => ({ entry, score: entry.lossRise / (entry.macsSaved + 1e-20) }));
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
