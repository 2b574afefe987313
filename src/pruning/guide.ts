import type { TaskLosses } from '../engine/oracle';
import type { GroupId } from '../graph/channel-types';
import type { Candidate } from './candidates';
import { lossDrops, violatingTask } from './drops';
import { composeLosses } from './predict-search';
import { profileDrops, type SensitivityProfile } from './profile';

export interface GuessInputs {
  readonly group: GroupId;
  /** Losses of the model as committed so far. */
  readonly losses: TaskLosses;
  readonly base: TaskLosses;
  readonly threshold: number;
}

/**
 * Guesses where a group's search will stop: where it stopped in the session's last run, else where the sensitivity
 * profile says, else at once. Guesses save work and decide nothing.
 */
export class SearchGuide {
  #profile: SensitivityProfile | null = null;
  readonly #stops = new Map<GroupId, number>();

  useProfile(profile: SensitivityProfile): void {
    this.#profile = profile;
  }

  /** The index of the first candidate expected to violate; the number of candidates when none is. */
  guess(inputs: GuessInputs, candidates: readonly Candidate[]): number {
    const stop = this.#stops.get(inputs.group);
    const isBeyond =
      stop === undefined ? this.#predicted(inputs) : ({ removed }: Candidate) => removed >= stop;
    const index = candidates.findIndex(isBeyond);
    return index < 0 ? candidates.length : index;
  }

  /** Remembers the first candidate that violated, or null when none did. */
  noteStop(group: GroupId, violation: Candidate | null): void {
    this.#stops.set(group, violation?.removed ?? Infinity);
  }

  #predicted({ group, losses, base, threshold }: GuessInputs): (candidate: Candidate) => boolean {
    const profile = this.#profile;
    if (!profile?.points[group]?.length) return () => true;
    return ({ removed }) => {
      const expected = composeLosses(losses, profileDrops(profile, group, removed));
      return violatingTask(lossDrops(expected, base), threshold) !== null;
    };
  }
}
