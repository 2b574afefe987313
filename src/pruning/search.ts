import type { Evaluation, TaskLosses } from '../engine/oracle';
import type { ChannelGroup, GroupId, KeepLists } from '../graph/channel-types';
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
  /** Its losses. */
  readonly losses: TaskLosses;
  /** The group's units, the least salient first. */
  readonly ranking: readonly number[];
  readonly base: TaskLosses;
  readonly threshold: number;
  /** Whether a trial may end when a task has provably exceeded the threshold. */
  readonly earlyExit: boolean;
  /** Whether `beforeLast` is wanted also where every candidate passes. */
  readonly needsBeforeLast: boolean;
  /** Groups of later steps, in order. */
  readonly upcoming: readonly GroupId[];
  readonly signal: AbortSignal | undefined;
}

export interface Trial {
  readonly report: TrialReport;
  readonly losses: TaskLosses;
  /** The task with the largest drop when that exceeds the threshold, else null. */
  readonly violatedBy: string | null;
}

export interface SearchResult {
  /** In the order they were measured. */
  readonly trials: readonly Trial[];
  readonly lastPassing: Trial | null;
  /** The first violation, or null when every candidate passed. */
  readonly violation: Trial | null;
  /** Of the candidate before the last that a linear search tries; null when it tries one at most. */
  readonly beforeLast: Trial | null;
}

export type Search = (
  context: SearchContext,
  candidates: readonly Candidate[],
) => AsyncGenerator<TrialMeasured, SearchResult>;

/** Measures candidates in turn and stops at the first that violates the threshold (DESIGN §4.3). */
export const linearSearch: Search = async function* (context, candidates) {
  const trials: Trial[] = [];
  for (const [index, candidate] of candidates.entries()) {
    const beforeLast = trials.at(-1) ?? null;
    const trial = yield* tryCandidate(context, candidate, candidates[index + 1]);
    trials.push(trial);
    if (trial.violatedBy !== null) return { trials, lastPassing: beforeLast, violation: trial, beforeLast };
  }
  return { trials, lastPassing: trials.at(-1) ?? null, violation: null, beforeLast: trials.at(-2) ?? null };
};

/**
 * Measures a candidate, on the whole set unless it violates before.
 * @param next what is tried then should it pass
 */
export async function* tryCandidate(
  context: SearchContext,
  candidate: Candidate,
  next?: Candidate,
): AsyncGenerator<TrialMeasured, Trial> {
  const { step, base, threshold, session } = context;
  const { keep, evaluation, remembered } = await measureCandidate(context, candidate, { next });
  const { losses, bound } = evaluation;
  const drops = lossDrops(losses, base);
  const violatedBy = violatingTask(drops, threshold);
  const report: TrialReport = {
    ...candidate,
    drops,
    bound: bound === 'exact' ? 'exact' : 'early-exit',
  };
  const { macs } = modelCost(session, keep);
  yield { kind: 'trial-measured', step, trial: report, losses, violatedBy, macs, remembered };
  return { report, losses, violatedBy };
}

export async function measureCandidate(
  { session, group, keep, ranking, upcoming, signal, ...rest }: SearchContext,
  { removed }: Candidate,
  { portion = 1, next }: { readonly portion?: number; readonly next?: Candidate | undefined } = {},
): Promise<{ keep: KeepLists; evaluation: Evaluation; remembered: boolean }> {
  const cut = withRemoved(keep, group, ranking, removed);
  const limits = lossLimits(rest);
  const expected = next && { keep: withRemoved(keep, group, ranking, next.removed), limits };
  const options = { vary: group.id, upcoming, portion, against: keep, next: expected, signal };
  const measured = await measure(session, cut, { ...options, ...(rest.earlyExit ? { limits } : {}) });
  session.guide.note(group.id, removed, rest.losses, measured.evaluation);
  return { keep: cut, ...measured };
}

/** Larger than rounding, so that what exceeds a limit violates the threshold by the rule as well. */
const margin = 1 + 1e-12;

/** The losses above which a candidate violates: (1+δ_k)·base. */
function lossLimits({ base, threshold }: Pick<SearchContext, 'base' | 'threshold'>): TaskLosses {
  return Object.fromEntries(
    Object.entries(base).map(([task, loss]) => [task, loss * (1 + threshold) * margin]),
  );
}
