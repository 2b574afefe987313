import type { TaskLosses } from '../engine/oracle';
import type { ChannelGroup, KeepLists } from '../graph/channel-types';
import type { Candidate } from './candidates';
import { lossDrops, violatingTask } from './drops';
import type { TrialMeasured } from './events';
import { withRemoved } from './keep-lists';
import { measure, modelCost } from './measure';
import type { TrialReport } from './report';
import type { PruningSession } from './session';

/** What a search for a group's largest tolerable removal starts from. */
export interface SearchContext {
  readonly session: PruningSession;
  readonly step: number;
  readonly group: ChannelGroup;
  /** The model as committed so far. */
  readonly keep: KeepLists;
  /** The group's units, the least salient first. */
  readonly ranking: readonly number[];
  readonly base: TaskLosses;
  readonly threshold: number;
  readonly signal: AbortSignal | undefined;
}

export interface Trial {
  readonly report: TrialReport;
  readonly losses: TaskLosses;
}

export interface SearchResult {
  /** In the order they were measured. */
  readonly trials: readonly Trial[];
  readonly lastPassing: Trial | null;
  /** The task that forbade the next candidate; null when none was forbidden. */
  readonly stoppedBy: string | null;
}

type Search = (
  context: SearchContext,
  candidates: readonly Candidate[],
) => AsyncGenerator<TrialMeasured, SearchResult>;

/** Measures candidates in turn and stops at the first that violates the threshold (DESIGN §4.3). */
export const linearSearch: Search = async function* (context, candidates) {
  const trials: Trial[] = [];
  let lastPassing: Trial | null = null;
  for (const candidate of candidates) {
    const { trial, event } = await measureCandidate(context, candidate);
    trials.push(trial);
    yield event;
    if (event.violatedBy !== null) return { trials, lastPassing, stoppedBy: event.violatedBy };
    lastPassing = trial;
  }
  return { trials, lastPassing, stoppedBy: null };
};

/**
 * Halves the interval between the largest candidate known to pass and the smallest known to violate. It finds what
 * the linear search finds where drops rise with the number of removed units, with fewer evaluations.
 */
export const bracketSearch: Search = async function* (context, candidates) {
  const trials: Trial[] = [];
  let lastPassing: Trial | null = null;
  let stoppedBy: string | null = null;
  let low = 0;
  let high = candidates.length;
  while (low < high) {
    const middle = Math.floor((low + high) / 2);
    const candidate = candidates[middle];
    if (!candidate) break;
    const { trial, event } = await measureCandidate(context, candidate);
    trials.push(trial);
    yield event;
    if (event.violatedBy === null) {
      lastPassing = trial;
      low = middle + 1;
    } else {
      stoppedBy = event.violatedBy;
      high = middle;
    }
  }
  return { trials, lastPassing, stoppedBy };
};

async function measureCandidate(
  { session, step, group, keep, ranking, base, threshold, signal }: SearchContext,
  { ratio, removed }: Candidate,
): Promise<{ trial: Trial; event: TrialMeasured }> {
  const candidate = withRemoved(keep, group, ranking, removed);
  const { evaluation, remembered } = await measure(session, candidate, { vary: group.id, signal });
  const { losses, bound } = evaluation;
  const drops = lossDrops(losses, base);
  const report: TrialReport = { ratio, removed, drops, bound };
  const violatedBy = violatingTask(drops, threshold);
  const { macs } = modelCost(session, candidate);
  return {
    trial: { report, losses },
    event: { kind: 'trial-measured', step, trial: report, losses, violatedBy, macs, remembered },
  };
}
