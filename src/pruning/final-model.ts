import type { KeepLists } from '../graph/channel-types';
import { removalCount } from './candidates';
import { summedLoss } from './drops';
import { filterEntries, type FilterChoice, type FilterEntry } from './filter';
import { withRemoved } from './keep-lists';
import type { PagcpSettings } from './recipe';
import { groupSaliency, leastSalientFirst } from './saliency';
import type { PruningSession } from './session';
import type { FinishedStep } from './step';

export interface FinalModel extends FilterChoice {
  readonly keep: KeepLists;
}

/** Filters what the search found and says what the final model keeps of the original one (DESIGN §4.4). */
export function finalModel(
  session: PruningSession,
  settings: PagcpSettings,
  steps: readonly FinishedStep[],
): FinalModel {
  const { mode } = settings;
  const entryOf = mode === 'corrected' ? committedEntry : publishedEntry;
  const entries = steps.flatMap((step) => entryOf(step, session, settings) ?? []);
  const choice = filterEntries(entries, session.channels.groups, session.cost, settings, steps.length);
  const keep =
    mode === 'corrected'
      ? committedKeep(steps, choice.entered)
      : rankedAnew(session, settings, choice.entered);
  return { ...choice, keep };
}

function committedEntry({ group, report, committed }: FinishedStep): FilterEntry | null {
  return committed && { group, removed: committed.report.removed, lossRise: report.lossRise };
}

/**
 * The released code takes a group into the final model at the ratio before the last it recorded. Ratios that remove
 * nothing were recorded as tolerated at the base loss; they come before the trials.
 * @returns null when the first ratio of all violated
 */
function publishedEntry(
  { group, before, trials, report }: FinishedStep,
  { tasks }: PruningSession,
  { ratios }: PagcpSettings,
): FilterEntry | null {
  const removingNothing = ratios.filter((ratio) => removalCount(ratio, group.size) === 0).length;
  const firstViolated = report.stoppedBy !== null && removingNothing + trials.length === 1;
  if (firstViolated) return null;

  const beforeLast = trials.at(-2);
  return {
    group,
    removed: beforeLast?.report.removed ?? 0,
    lossRise: summedLoss(beforeLast?.losses ?? before.base, tasks) - before.runningTotal,
  };
}

/** Exactly the channels that the entering groups committed; the others are whole again. */
function committedKeep(steps: readonly FinishedStep[], entered: readonly FilterEntry[]): KeepLists {
  const entering = new Set(entered.map(({ group }) => group.id));
  const searched: KeepLists = steps.at(-1)?.after.keep ?? new Map();
  return new Map([...searched].filter(([id]) => entering.has(id)));
}

/** Saliency is ranked again on the final model as it grows, in step order. */
function rankedAnew(
  { graph, channels }: PruningSession,
  { saliency }: PagcpSettings,
  entered: readonly FilterEntry[],
): KeepLists {
  return entered.reduce<KeepLists>((keep, { group, removed }) => {
    const ranking = leastSalientFirst(groupSaliency(graph, channels, keep, group, saliency));
    return withRemoved(keep, group, ranking, removed);
  }, new Map());
}
