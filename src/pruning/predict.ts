import type { TaskLosses } from '../engine/oracle';
import type { ChannelGroup, GroupId } from '../graph/channel-types';
import { priceMacs, priceParams } from '../graph/cost-model';
import { filterEntries, type FilterEntry } from './filter';
import { keptUnits } from './keep-lists';
import { groupOrder, prunableGroups } from './order';
import {
  composeLosses,
  predictedStart,
  predictGroup,
  type PredictedEntry,
  type PredictedStep,
  type PredictionInputs,
} from './predict-search';
import { profileDrops } from './profile';
import { solveSchedule, type Schedule } from './schedule';

export interface Prediction {
  readonly schedule: Schedule;
  readonly order: readonly GroupId[];
  readonly steps: readonly PredictedStep[];
  readonly filtered: readonly GroupId[];
  readonly scores: Readonly<Record<GroupId, number>>;
  /** The model after the filter. */
  readonly final: {
    /** Kept units of the groups that lost some. */
    readonly kept: Readonly<Record<GroupId, number>>;
    readonly losses: TaskLosses;
    readonly macs: number;
    readonly params: number;
  };
}

/**
 * The path a run would take, to first order: groups' loss factors, measured alone, multiply. Schedule, order, greedy
 * rule, filter and costs are a run's own; the search is taken as linear.
 * @throws ScheduleError when the thresholds make no schedule
 */
export function predictRun(inputs: PredictionInputs): Prediction {
  const { groups, cost, settings } = inputs;
  const schedule = solveSchedule(settings, prunableGroups(groups).length);
  const start = predictedStart(inputs);
  const macsSaved = (group: ChannelGroup, removed: number) =>
    start.macs - priceMacs(cost, { ...start.kept, [group.id]: group.size - removed });
  const { probeRatio } = settings;
  const { order } = groupOrder(groups, macsSaved, { lambda: schedule.lambda, probeRatio });

  const steps: PredictedStep[] = [];
  const entries: PredictedEntry[] = [];
  let progress = start;
  for (const group of order) {
    const { step, after, entry } = predictGroup(inputs, schedule, group, progress);
    steps.push(step);
    if (entry) entries.push(entry);
    progress = after;
  }

  const { entered, filtered, scores } = filterEntries(replayMacs(inputs, entries), settings, order.length);
  return {
    schedule,
    order: order.map(({ id }) => id),
    steps,
    filtered,
    scores,
    final: predictFinal(inputs, entered),
  };
}

/** What each entry saves where all are removed from the unpruned model in step order. */
function replayMacs({ groups, cost }: PredictionInputs, entries: readonly PredictedEntry[]): FilterEntry[] {
  let kept = keptUnits(groups, new Map());
  let macs = priceMacs(cost, kept);
  return entries.map((entry) => {
    const before = macs;
    kept = { ...kept, [entry.group.id]: entry.group.size - entry.removed };
    macs = priceMacs(cost, kept);
    return { ...entry, macsSaved: before - macs };
  });
}

function predictFinal(
  { profile, groups, cost }: PredictionInputs,
  entered: readonly FilterEntry[],
): Prediction['final'] {
  const cut = entered.filter(({ removed }) => removed > 0);
  const kept = Object.fromEntries(cut.map(({ group, removed }) => [group.id, group.size - removed]));
  const keptOfAll = { ...keptUnits(groups, new Map()), ...kept };
  const losses = cut.reduce(
    (product, { group, removed }) => composeLosses(product, profileDrops(profile, group.id, removed)),
    profile.baseline,
  );
  return { kept, losses, macs: priceMacs(cost, keptOfAll), params: priceParams(cost, keptOfAll) };
}
