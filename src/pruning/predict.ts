import type { TaskLosses } from '../engine/oracle';
import type { GroupId } from '../graph/channel-types';
import { priceMacs, priceParams } from '../graph/cost-model';
import { filterEntries, type FilterEntry } from './filter';
import { keptUnits } from './keep-lists';
import { groupOrder, prunableGroups } from './order';
import {
  composeLosses,
  predictedStart,
  predictGroup,
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
  const { order } = groupOrder(groups, cost, schedule.lambda, settings.probeRatio);

  const steps: PredictedStep[] = [];
  const entries: FilterEntry[] = [];
  let progress = predictedStart(inputs);
  for (const group of order) {
    const { step, after, entry } = predictGroup(inputs, schedule, group, progress);
    steps.push(step);
    if (entry) entries.push(entry);
    progress = after;
  }

  const { entered, filtered, scores } = filterEntries(entries, groups, cost, settings, order.length);
  return {
    schedule,
    order: order.map(({ id }) => id),
    steps,
    filtered,
    scores,
    final: predictFinal(inputs, entered),
  };
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
