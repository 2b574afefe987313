import type { GroupId } from '../graph/channel-types';
import { distinctCandidates } from './candidates';
import { lossDrops, requireUsableBaseline } from './drops';
import { withRemoved } from './keep-lists';
import { measure } from './measure';
import { prunableGroups } from './order';
import type { ProfilePoint, SensitivityProfile } from './profile';
import type { SaliencyName } from './recipe';
import { rankUnits } from './saliency';
import type { PruningSession } from './session';

export interface ProfileOptions {
  readonly ratios: readonly number[];
  readonly saliency: SaliencyName;
  /**
   * A group is not measured beyond its first point with a drop above this: no search with thresholds below it would
   * go further, and no threshold exceeds α.
   */
  readonly ceiling?: number;
  /** The share of the calibration set that drops are estimated on. */
  readonly portion?: number;
  readonly signal?: AbortSignal;
}

export interface ProfileProgress {
  readonly group: GroupId;
  readonly point: ProfilePoint;
  /** Groups measured or under way, of `total`. */
  readonly done: number;
  readonly total: number;
}

/**
 * Estimates on a part of the calibration set what each group loses alone, at each distinct count, on the unpruned model,
 * and tells every point as it comes.
 */
export async function* measureProfile(
  session: PruningSession,
  { ratios, saliency, ceiling = 20, portion = 1 / 8, signal }: ProfileOptions,
): AsyncGenerator<ProfileProgress, SensitivityProfile> {
  const groups = prunableGroups(session.channels.groups);
  const upcoming = groups.map(({ id }) => id);
  const { evaluation } = await measure(session, new Map(), { upcoming, signal });
  const baseline = evaluation.losses;
  requireUsableBaseline(baseline, session.tasks);

  const points: Record<GroupId, readonly ProfilePoint[]> = {};
  for (const [done, group] of groups.entries()) {
    const ranking = rankUnits(session, new Map(), group, saliency);
    const measured: ProfilePoint[] = [];
    for (const { ratio, removed } of distinctCandidates(ratios, group.size)) {
      const keep = withRemoved(new Map(), group, ranking, removed);
      const trial = await measure(session, keep, {
        vary: group.id,
        portion,
        against: new Map(),
        upcoming: groups.slice(done + 1).map(({ id }) => id),
        signal,
      });
      const point = { ratio, removed, drops: lossDrops(trial.evaluation.losses, baseline) };
      measured.push(point);
      yield { group: group.id, point, done: done + 1, total: groups.length };
      if (Math.max(...Object.values(point.drops)) > ceiling) break;
    }
    points[group.id] = measured;
  }
  const profile = { baseline, points };
  session.guide.useProfile(profile);
  return profile;
}
