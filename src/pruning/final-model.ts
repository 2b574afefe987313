import { keptMacs } from '../graph/cost';
import type { KeepLists } from '../graph/channel-types';
import { removalCount } from './candidates';
import { summedLoss } from './drops';
import { filterEntries, type FilterChoice, type FilterEntry } from './filter';
import { withRemoved } from './keep-lists';
import type { PagcpSettings } from './recipe';
import { rankUnits } from './saliency';
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
  return settings.mode === 'corrected'
    ? correctedModel(settings, steps)
    : publishedModel(session, settings, steps);
}

/** Exactly the channels that the entering groups committed are gone; the other groups are whole again. */
function correctedModel(settings: PagcpSettings, steps: readonly FinishedStep[]): FinalModel {
  const entries = steps.flatMap(({ group, report, committed }) => {
    const { lossRise, macsSaved } = report;
    return committed ? [{ group, removed: committed.report.removed, lossRise, macsSaved }] : [];
  });
  const choice = filterEntries(entries, settings, steps.length);
  const entering = new Set(choice.entered.map(({ group }) => group.id));
  const searched: KeepLists = steps.at(-1)?.after.keep ?? new Map();
  return { ...choice, keep: new Map([...searched].filter(([id]) => entering.has(id))) };
}

/** Scores on a replay of all entries, and ranks saliency again as the final model is built from those that enter. */
function publishedModel(
  session: PruningSession,
  settings: PagcpSettings,
  steps: readonly FinishedStep[],
): FinalModel {
  const { graph, channels } = session;
  let keep: KeepLists = new Map();
  let macs = keptMacs(graph, channels, keep);
  const entries: FilterEntry[] = [];
  for (const entry of steps.flatMap((step) => publishedEntry(step, session, settings) ?? [])) {
    keep = withEntry(session, settings, keep, entry);
    const before = macs;
    macs = keptMacs(graph, channels, keep);
    entries.push({ ...entry, macsSaved: before - macs });
  }
  const choice = filterEntries(entries, settings, steps.length);
  const rebuilt = choice.entered.reduce<KeepLists>(
    (built, entry) => withEntry(session, settings, built, entry),
    new Map(),
  );
  return { ...choice, keep: rebuilt };
}

type UnpricedEntry = Omit<FilterEntry, 'macsSaved'>;

/**
 * The released code takes a group into the final model at the ratio before the last it recorded. Ratios that remove
 * nothing were recorded as tolerated at the base loss; they come before the trials.
 * @returns null when the first ratio of all violated
 */
function publishedEntry(
  { group, before, beforeLast, report }: FinishedStep,
  { tasks }: PruningSession,
  { ratios }: PagcpSettings,
): UnpricedEntry | null {
  const removesNothing = ratios.some((ratio) => removalCount(ratio, group.size) === 0);
  const firstViolated = report.stoppedBy !== null && !removesNothing && !beforeLast;
  if (firstViolated) return null;

  return {
    group,
    removed: beforeLast?.report.removed ?? 0,
    lossRise: summedLoss(beforeLast?.losses ?? before.base, tasks) - before.runningTotal,
  };
}

function withEntry(
  session: PruningSession,
  { saliency }: PagcpSettings,
  keep: KeepLists,
  { group, removed }: UnpricedEntry,
): KeepLists {
  return withRemoved(keep, group, rankUnits(session, keep, group, saliency), removed);
}
