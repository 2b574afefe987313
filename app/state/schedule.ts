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
}

export function followingThreshold({ delta, lambda, alpha }: PagcpSettings): Threshold {
  if (delta !== undefined && lambda !== undefined && alpha === undefined) return 'alpha';
  return delta === undefined && alpha !== undefined ? 'delta' : 'lambda';
}

export function prunableGroups(groups: readonly ChannelGroup[], exclude: readonly string[]): ChannelGroup[] {
  return groups.filter(({ id, frozen }) => !frozen && !exclude.includes(id));
}

export function scheduleOf(method: PagcpSettings, groups: number): ScheduleState {
  const follows = followingThreshold(method);
  try {
    const schedule = solveSchedule(method, Math.max(groups, 1));
    return { schedule, thresholds: thresholds(schedule, groups), follows, problem: null };
  } catch (error) {
    return { schedule: null, thresholds: [], follows, problem: sentence(error) };
  }
}

export function useSchedule(): ScheduleState {
  const method = useStudio((state) => state.method);
  const groups = useStudio((state) => state.model?.groups);
  const exclude = useStudio((state) => state.exclude);
  return useMemo(
    () => scheduleOf(method, prunableGroups(groups ?? [], exclude).length),
    [method, groups, exclude],
  );
}
