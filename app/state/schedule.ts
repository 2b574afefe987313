import { useMemo } from 'react';
import { solveSchedule, thresholds, type Schedule } from '../../src/pruning/schedule';
import type { PagcpSettings } from '../../src/pruning/recipe';
import type { ChannelGroup } from '../../src/graph/channel-types';
import type { Threshold } from './setup';
import { useStudio } from './studio';
import { sentence } from './worker';

export interface ScheduleState {
  readonly schedule: Schedule | null;
  /** δ_1 … δ_L */
  readonly thresholds: readonly number[];
  /** The threshold that is not set and follows from the other two. */
  readonly follows: Threshold;
  readonly problem: string | null;
  /** What is set, whether or not it makes a schedule. */
  readonly given: Pick<PagcpSettings, Threshold>;
}

export function followingThreshold({ delta, lambda, alpha }: PagcpSettings): Threshold {
  if (delta !== undefined && lambda !== undefined && alpha === undefined) return 'alpha';
  return delta === undefined && alpha !== undefined ? 'delta' : 'lambda';
}

export function prunableGroups(groups: readonly ChannelGroup[], exclude: readonly string[]): ChannelGroup[] {
  return groups.filter(({ id, frozen }) => !frozen && !exclude.includes(id));
}

/** `groups` counts those that can be pruned; null before there is a model. */
export function scheduleOf(method: PagcpSettings, groups: number | null): ScheduleState {
  const follows = followingThreshold(method);
  const none = { schedule: null, thresholds: [], follows, given: method };
  if (groups === null) return { ...none, problem: null };
  if (groups === 0) return { ...none, problem: nothingToPrune };
  try {
    const schedule = solveSchedule(method, groups);
    return { ...none, schedule, thresholds: thresholds(schedule, groups), problem: null };
  } catch (error) {
    return { ...none, problem: groups === 1 && follows === 'lambda' ? noNextThreshold : sentence(error) };
  }
}

const nothingToPrune =
  'No layer can be pruned: every group of channels is frozen or left out. Under Model, tick a layer again, or see there why each is frozen.';

const noNextThreshold =
  'Only one layer can be pruned, so there is no next threshold that λ could set. Press “free” beside α: it then follows from δ.';

export function useSchedule(): ScheduleState {
  const method = useStudio((state) => state.method);
  const groups = useStudio((state) => state.model?.groups);
  const exclude = useStudio((state) => state.exclude);
  return useMemo(
    () => scheduleOf(method, groups ? prunableGroups(groups, exclude).length : null),
    [method, groups, exclude],
  );
}
