import type { TaskLosses } from '../engine/oracle';
import type { ChannelGroup, ChannelMap, GroupId, KeepLists } from '../graph/channel-types';
import { emptiedValues } from '../graph/slice';
import { bracketSearch } from './bracket-search';
import { allCandidates, distinctCandidates, type Candidate } from './candidates';
import { raisedBase, summedLoss } from './drops';
import type { StepBegan, StepEnded, TrialMeasured } from './events';
import { removedChannels, withRemoved } from './keep-lists';
import { modelCost } from './measure';
import type { PagcpSettings } from './recipe';
import type { ModelFigures, StepReport } from './report';
import { rankUnits } from './saliency';
import type { Schedule } from './schedule';
import { linearSearch, type SearchResult, type Trial } from './search';
import type { PruningSession } from './session';

/** Where the greedy search stands between two groups. */
export interface Progress {
  readonly keep: KeepLists;
  /** Losses of the model as committed. */
  readonly losses: TaskLosses;
  /** base_t, which drops are measured against. */
  readonly base: TaskLosses;
  /** The largest summed loss of the unpruned model and all commits: what a commit's loss rise is measured against. */
  readonly runningTotal: number;
  /** Commits so far: the next threshold is δ·λ^commits. */
  readonly commits: number;
}

export interface FinishedStep {
  readonly group: ChannelGroup;
  readonly report: StepReport;
  readonly before: Progress;
  readonly after: Progress;
  /** Of the candidate before the last that the linear search tries. */
  readonly beforeLast: Trial | null;
  readonly committed: Trial | null;
  /** Multiply-accumulates for one input, summed over the networks that the linear search tries. */
  readonly naiveMacs: number;
}

export interface StepSetting {
  readonly session: PruningSession;
  readonly settings: PagcpSettings;
  readonly schedule: Schedule;
  readonly signal: AbortSignal | undefined;
  /** No more is removed than leaves so many MACs. */
  readonly targetMacs: number;
}

export function unpruned({ losses }: ModelFigures, { tasks }: PruningSession): Progress {
  return { keep: new Map(), losses, base: losses, runningTotal: summedLoss(losses, tasks), commits: 0 };
}

/** Searches one group's largest tolerable removal and commits it (DESIGN §4.3). */
export async function* pruneGroup(
  { session, settings, schedule, signal, targetMacs }: StepSetting,
  step: number,
  group: ChannelGroup,
  before: Progress,
  upcoming: readonly GroupId[],
): AsyncGenerator<StepBegan | TrialMeasured | StepEnded, FinishedStep> {
  const { keep, losses, base, commits } = before;
  const threshold = schedule.delta * schedule.lambda ** commits;
  const sizeBefore = group.size;
  yield { kind: 'step-began', step, group: group.id, threshold, sizeBefore, base };

  const ranking = rankUnits(session, keep, group, settings.saliency);
  const search = settings.search === 'bracket' ? bracketSearch : linearSearch;
  const buildable = candidatesOf(settings, group).filter(({ removed }) =>
    isBuildable(session.channels, withRemoved(keep, group, ranking, removed)),
  );
  const reaching = buildable.findIndex(
    ({ removed }) => modelCost(session, withRemoved(keep, group, ranking, removed)).macs <= targetMacs,
  );
  const candidates = reaching < 0 ? buildable : buildable.slice(0, reaching + 1);
  const earlyExit = settings.earlyExit ?? settings.search === 'bracket';
  const needsBeforeLast = settings.mode === 'published';
  const thresholds = { base, threshold, earlyExit, needsBeforeLast };
  const context = { session, step, group, keep, losses, ranking, ...thresholds, upcoming, signal };
  const found = yield* search(context, candidates);
  const committed = committedTrial(settings, found);
  const after = committed ? commit(session, before, group, ranking, committed) : before;

  const { macs, params } = modelCost(session, after.keep);
  const report: StepReport = {
    group: group.id,
    threshold,
    sizeBefore,
    trials: found.trials.map((trial) => trial.report),
    committed: committed && {
      ratio: committed.report.ratio,
      removed: removedChannels(group, after.keep),
    },
    stoppedBy: found.violation?.violatedBy ?? null,
    ...(settings.search === 'bracket' && !isMonotone(found.trials) ? { monotone: false } : {}),
    macsSaved: modelCost(session, keep).macs - macs,
    lossRise: committed ? summedLoss(after.losses, session.tasks) - before.runningTotal : 0,
  };
  const kept = Object.fromEntries([...after.keep].map(([id, units]) => [id, units.length]));
  yield { kind: 'step-ended', step, report, losses: after.losses, macs, params, kept };
  const naiveMacs = linearMacs(session, before.keep, group, ranking, candidates, found);
  return { group, report, before, after, beforeLast: found.beforeLast, committed, naiveMacs };
}

/** The published search tries a count again when the next ratio gives the same. */
function candidatesOf(settings: PagcpSettings, { size }: ChannelGroup): Candidate[] {
  const { mode, ratios } = settings;
  if (mode === 'corrected') return distinctCandidates(ratios, size, settings);
  return allCandidates(ratios, size).filter(({ removed }) => removed > 0);
}

/** Where a layer's channels are split, one part may run out of channels before its group does. */
function isBuildable(channels: ChannelMap, keep: KeepLists): boolean {
  return emptiedValues(channels, keep).length === 0;
}

/** The published search commits nothing when no ratio was forbidden. */
function committedTrial({ mode }: PagcpSettings, { lastPassing, violation }: SearchResult): Trial | null {
  return mode === 'published' && violation === null ? null : lastPassing;
}

/** What the linear search would run: each count once, up to the first violation. */
function linearMacs(
  session: PruningSession,
  keep: KeepLists,
  group: ChannelGroup,
  ranking: readonly number[],
  candidates: readonly Candidate[],
  { violation }: SearchResult,
): number {
  const last = violation?.report.removed ?? Infinity;
  const counts = new Set(candidates.map(({ removed }) => removed).filter((removed) => removed <= last));
  return [...counts].reduce(
    (sum, removed) => sum + modelCost(session, withRemoved(keep, group, ranking, removed)).macs,
    0,
  );
}

/** Whether the largest drop rises with what is removed, as far as is known exactly. */
function isMonotone(trials: readonly Trial[]): boolean {
  const exact = trials.map(({ report }) => report).filter(({ bound }) => bound === 'exact');
  const drops = exact
    .toSorted((a, b) => a.removed - b.removed)
    .map((report) => Math.max(...Object.values(report.drops)));
  return drops.every((drop, index) => index === 0 || drop >= (drops[index - 1] ?? 0));
}

function commit(
  { tasks }: PruningSession,
  before: Progress,
  group: ChannelGroup,
  ranking: readonly number[],
  { report, losses }: Trial,
): Progress {
  return {
    keep: withRemoved(before.keep, group, ranking, report.removed),
    losses,
    base: raisedBase(before.base, losses),
    runningTotal: Math.max(before.runningTotal, summedLoss(losses, tasks)),
    commits: before.commits + 1,
  };
}
