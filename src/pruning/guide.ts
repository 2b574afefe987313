import type { Evaluation, TaskLosses } from '../engine/oracle';
import type { GroupId } from '../graph/channel-types';
import type { Candidate } from './candidates';
import { lossDrops } from './drops';
import { composeLosses } from './predict-search';
import { profileDrops, type SensitivityProfile } from './profile';

export interface GuessInputs {
  readonly group: GroupId;
  /** Losses of the model as committed so far. */
  readonly losses: TaskLosses;
  readonly base: TaskLosses;
  readonly threshold: number;
}

/** What a candidate's removal did to the losses of the model it was tried on. */
interface Seen {
  readonly drops: TaskLosses;
  readonly bound: Evaluation['bound'];
}

/**
 * Guesses where a group's search will stop, from what the session's runs saw of it and from the sensitivity profile.
 * Guesses save work and decide nothing.
 */
export class SearchGuide {
  #profile: SensitivityProfile | null = null;
  readonly #seen = new Map<GroupId, Map<number, Seen>>();

  useProfile(profile: SensitivityProfile): void {
    this.#profile = profile;
  }

  /** Remembers what a removal did to the losses of the model it was tried on. */
  note(group: GroupId, removed: number, before: TaskLosses, { losses, bound }: Evaluation): void {
    const seen = this.#seen.get(group) ?? new Map<number, Seen>();
    this.#seen.set(group, seen);
    if (bound === 'early-exit' && seen.has(removed)) return;
    seen.set(removed, { drops: lossDrops(losses, before), bound });
  }

  /** The share of the threshold that each candidate's largest drop is expected to take; undefined where none was seen. */
  expected(inputs: GuessInputs, candidates: readonly Candidate[]): readonly (number | undefined)[] {
    const seen = this.#seen.get(inputs.group);
    return candidates.map(({ removed }) => {
      const found = seen?.get(removed);
      return found && shareOfThreshold(inputs, found.drops);
    });
  }

  /** The index of the first candidate that the profile expects to violate; the number of candidates when none. */
  profiled(inputs: GuessInputs, candidates: readonly Candidate[]): number {
    const profile = this.#profile;
    if (!profile?.points[inputs.group]?.length) return 0;
    const index = candidates.findIndex(
      ({ removed }) => shareOfThreshold(inputs, profileDrops(profile, inputs.group, removed)) > 1,
    );
    return index < 0 ? candidates.length : index;
  }
}

function shareOfThreshold({ losses, base, threshold }: GuessInputs, drops: TaskLosses): number {
  return Math.max(...Object.values(lossDrops(composeLosses(losses, drops), base))) / threshold;
}
