import type { TaskLosses } from '../engine/oracle';
import type { GroupId } from '../graph/channel-types';

/** Sensitivity of the unpruned model: each group alone, at each distinct removal count. */
export interface SensitivityProfile {
  readonly baseline: TaskLosses;
  readonly points: Readonly<Record<GroupId, readonly ProfilePoint[]>>;
}

export interface ProfilePoint {
  readonly ratio: number;
  readonly removed: number;
  readonly drops: TaskLosses;
}
