import type { TaskLosses } from '../engine/oracle';
import type { ChannelGroup, GroupId } from '../graph/channel-types';
import { priceMacs, priceParams, type CostModel } from '../graph/cost-model';
import { allCandidates, distinctCandidates } from './candidates';
import { lossDrops, raisedBase, summedLoss, violatingTask } from './drops';
import type { FilterEntry } from './filter';
import { keptUnits } from './keep-lists';
import { profileDrops, type SensitivityProfile } from './profile';
import type { PagcpSettings } from './recipe';
import type { Schedule } from './schedule';
import type { SessionTask } from './session';

export interface PredictionInputs {
  readonly profile: SensitivityProfile;
  readonly groups: readonly ChannelGroup[];
  readonly cost: CostModel;
  readonly tasks: readonly SessionTask[];
  readonly settings: PagcpSettings;
}

export interface PredictedTrial {
  readonly ratio: number;
  readonly removed: number;
  /** Against the step's base, as a run's drops are. */
  readonly drops: TaskLosses;
  readonly losses: TaskLosses;
}

export interface PredictedStep {
  readonly group: GroupId;
  readonly threshold: number;
  readonly sizeBefore: number;
  /** Null when the first candidate would violate (or, in `published` mode, when none would). */
  readonly committed: PredictedTrial | null;
  /** The first candidate that would violate; null when none would. */
  readonly violation: (PredictedTrial & { readonly task: string }) | null;
  /** Of the model as committed after the step. */
  readonly losses: TaskLosses;
  readonly macs: number;
  readonly params: number;
}

export interface PredictedProgress {
  readonly kept: Readonly<Record<GroupId, number>>;
  readonly losses: TaskLosses;
  readonly base: TaskLosses;
  readonly runningTotal: number;
  readonly commits: number;
  readonly macs: number;
  readonly params: number;
}

export type PredictedEntry = Omit<FilterEntry, 'macsSaved'>;

export interface SearchedGroup {
  readonly step: PredictedStep;
  readonly after: PredictedProgress;
  /** What the filter would judge; null when the group is no candidate. */
  readonly entry: PredictedEntry | null;
}

export function predictedStart({ profile, groups, cost, tasks }: PredictionInputs): PredictedProgress {
  const kept = keptUnits(groups, new Map());
  return {
    kept,
    losses: profile.baseline,
    base: profile.baseline,
    runningTotal: summedLoss(profile.baseline, tasks),
    commits: 0,
    macs: priceMacs(cost, kept),
    params: priceParams(cost, kept),
  };
}

/** A group's step as `pruneGroup` takes it, with predicted losses. A group without a profile is left whole. */
export function predictGroup(
  inputs: PredictionInputs,
  schedule: Schedule,
  group: ChannelGroup,
  before: PredictedProgress,
): SearchedGroup {
  const { profile, settings } = inputs;
  const threshold = schedule.delta * schedule.lambda ** before.commits;
  const measured = (profile.points[group.id] ?? []).length > 0;
  const candidates = measured ? distinctCandidates(settings.ratios, group.size, settings) : [];
  let lastPassing: PredictedTrial | null = null;
  let violation: PredictedStep['violation'] = null;
  for (const { ratio, removed } of candidates) {
    const losses = composeLosses(before.losses, profileDrops(profile, group.id, removed));
    const trial = { ratio, removed, losses, drops: lossDrops(losses, before.base) };
    const task = violatingTask(trial.drops, threshold);
    if (task !== null) {
      violation = { ...trial, task };
      break;
    }
    lastPassing = trial;
  }

  const committed = settings.mode === 'published' && !violation ? null : lastPassing;
  const after = committed ? commit(inputs, before, group, committed) : before;
  const { losses, macs, params } = after;
  const sizeBefore = group.size;
  const step = { group: group.id, threshold, sizeBefore, committed, violation, losses, macs, params };
  const entry =
    settings.mode === 'corrected'
      ? committed && entryAt(inputs, before, group, committed)
      : publishedEntry(inputs, before, group, lastPassing, violation !== null);
  return { step, after, entry };
}

/** To first order, the loss factors 1+Δ_t that groups show alone multiply when they are removed together. */
export function composeLosses(losses: TaskLosses, drops: TaskLosses): TaskLosses {
  return Object.fromEntries(
    Object.entries(losses).map(([task, loss]) => [task, loss * (1 + (drops[task] ?? 0))]),
  );
}

function commit(
  { cost, tasks }: PredictionInputs,
  before: PredictedProgress,
  group: ChannelGroup,
  { removed, losses }: PredictedTrial,
): PredictedProgress {
  const kept = { ...before.kept, [group.id]: group.size - removed };
  return {
    kept,
    losses,
    base: raisedBase(before.base, losses),
    runningTotal: Math.max(before.runningTotal, summedLoss(losses, tasks)),
    commits: before.commits + 1,
    macs: priceMacs(cost, kept),
    params: priceParams(cost, kept),
  };
}

/** As in `finalModel`: the ratio before the last that was tried. */
function publishedEntry(
  inputs: PredictionInputs,
  before: PredictedProgress,
  group: ChannelGroup,
  lastPassing: PredictedTrial | null,
  violated: boolean,
): PredictedEntry | null {
  if (!inputs.profile.points[group.id]?.length) return null;
  const candidates = allCandidates(inputs.settings.ratios, group.size);
  const nothing = { removed: 0, losses: before.base };
  if (violated) {
    if (lastPassing) return entryAt(inputs, before, group, lastPassing);
    return candidates[0]?.removed === 0 ? entryAt(inputs, before, group, nothing) : null;
  }
  const removed = candidates.at(-2)?.removed ?? 0;
  if (removed === 0) return entryAt(inputs, before, group, nothing);
  const drops = profileDrops(inputs.profile, group.id, removed);
  return entryAt(inputs, before, group, { removed, losses: composeLosses(before.losses, drops) });
}

function entryAt(
  { tasks }: PredictionInputs,
  { runningTotal }: PredictedProgress,
  group: ChannelGroup,
  { removed, losses }: Pick<PredictedTrial, 'removed' | 'losses'>,
): PredictedEntry {
  return { group, removed, lossRise: summedLoss(losses, tasks) - runningTotal };
}
