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
  /** Two standard errors above an estimate, else the same. */
  readonly highest: TaskLosses;
}

/** Shares of the threshold that a candidate's largest drop is expected to take. */
export interface Expected {
  readonly share: number;
  readonly highest: number;
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
  note(
    group: GroupId,
    removed: number,
    before: TaskLosses,
    { losses, errors = {}, bound }: Evaluation,
  ): void {
    const seen = this.#seen.get(group) ?? new Map<number, Seen>();
    this.#seen.set(group, seen);
    if (bound === 'early-exit' && seen.has(removed)) return;
    const high = Object.entries(losses).map(
      ([task, loss]) => [task, loss + 2 * (errors[task] ?? 0)] as const,
    );
    seen.set(removed, {
      drops: lossDrops(losses, before),
      highest: lossDrops(Object.fromEntries(high), before),
    });
  }

  /** What is expected of each candidate; undefined where none like it was seen. */
  expected(inputs: GuessInputs, candidates: readonly Candidate[]): readonly (Expected | undefined)[] {
    const seen = this.#seen.get(inputs.group);
    return candidates.map(({ removed }) => {
      const found = seen?.get(removed);
      return (
        found && {
          share: shareOfThreshold(inputs, found.drops),
          highest: shareOfThreshold(inputs, found.highest),
        }
      );
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
