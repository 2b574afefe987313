import type { TaskLosses } from '../engine/oracle';
import type { GroupId } from '../graph/channel-types';

/** Sensitivity of the unpruned model: each group alone, at each distinct removal count. */
export interface SensitivityProfile {
  readonly baseline: TaskLosses;
  /** Ascending in `removed`. A group whose drops became very large was measured no further. */
  readonly points: Readonly<Record<GroupId, readonly ProfilePoint[]>>;
}

export interface ProfilePoint {
  readonly ratio: number;
  readonly removed: number;
  readonly drops: TaskLosses;
}

/** Drops for any number of removed units: linear between measured counts, constant beyond the last. */
export function profileDrops(profile: SensitivityProfile, group: GroupId, removed: number): TaskLosses {
  const points = profile.points[group] ?? [];
  const above = points.findIndex((point) => point.removed >= removed);
  const upper = above < 0 ? points.at(-1) : points[above];
  if (!upper) return {};
  if (above < 0 || upper.removed === removed) return upper.drops;
  const lower = points[above - 1];
  const start = lower?.removed ?? 0;
  const share = (removed - start) / (upper.removed - start);
  return Object.fromEntries(
    Object.entries(upper.drops).map(([task, drop]) => {
      const from = lower?.drops[task] ?? 0;
      return [task, from + share * (drop - from)];
    }),
  );
}
