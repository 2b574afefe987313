import type { TaskLosses } from '../engine/oracle';
import type { Candidate } from './candidates';
import { lossDrops } from './drops';
import type { TrialMeasured } from './events';
import { modelCost } from './measure';
import { measureCandidate, tryCandidate, type Search, type SearchContext, type Trial } from './search';

/**
 * Guesses the first violation from parts of the calibration set, then measures on the whole set that the candidate
 * before it passes and that it violates, and walks on where the guess was wrong. Finds what the linear search finds
 * where drops rise with the number of removed units.
 */
export const bracketSearch: Search = async function* (context, candidates) {
  const { group, losses, base, threshold, session } = context;
  const attempts = new Attempts(context, candidates);
  const first = session.guide.guess({ group: group.id, losses, base, threshold }, candidates);
  let stop = yield* expectedStop(attempts, -1, Math.floor(first / 2));
  for (;;) {
    while (stop > 0 && (yield* attempts.violates(stop - 1))) stop -= 1;
    if (stop === candidates.length || (yield* attempts.violates(stop))) break;
    stop = yield* expectedStop(attempts, stop, stop + 1);
  }
  session.guide.noteStop(group.id, candidates[stop] ?? null);

  const violation = attempts.trial(stop);
  const lastPassing = attempts.trial(stop - 1);
  const beforeLast = violation || !context.needsBeforeLast ? lastPassing : yield* attempts.attempt(stop - 2);
  return { trials: attempts.trials, lastPassing, violation, beforeLast };
};

/** An estimate on a part of the set is believed when the share of the threshold it gives is outside of these. */
const stages = [
  { portion: 1 / 8, low: 0.8, high: 2.5 },
  { portion: 1 / 2, low: 0.95, high: 1.3 },
];

/** What is known of a group's candidates, by index. */
class Attempts {
  readonly #context: SearchContext;
  readonly #candidates: readonly Candidate[];
  readonly #trials = new Map<number, Trial>();
  /** A candidate that costs less, in multiply-accumulates over the whole set, is not estimated but measured. */
  readonly #cheap: number;
  readonly #shares = new Map<number, number>();

  constructor(context: SearchContext, candidates: readonly Candidate[]) {
    this.#context = context;
    this.#candidates = candidates;
    const { session, keep } = context;
    this.#cheap = (session.samples * modelCost(session, keep).macs) / 20;
  }

  get count(): number {
    return this.#candidates.length;
  }

  /** In the order they were measured. */
  get trials(): readonly Trial[] {
    return [...this.#trials.values()];
  }

  trial(index: number): Trial | null {
    return this.#trials.get(index) ?? null;
  }

  /** Measures the candidate on the whole set, unless that is done; null when there is no such candidate. */
  async *attempt(index: number): AsyncGenerator<TrialMeasured, Trial | null> {
    const candidate = this.#candidates[index];
    const known = this.trial(index);
    if (known || !candidate) return known;
    const trial = yield* tryCandidate(this.#context, candidate);
    this.#trials.set(index, trial);
    return trial;
  }

  async *violates(index: number): AsyncGenerator<TrialMeasured, boolean> {
    const trial = yield* this.attempt(index);
    return trial !== null && trial.violatedBy !== null;
  }

  /** The candidate's largest drop as a share of the threshold, as exactly as it takes to tell it from 1. */
  async *share(index: number): AsyncGenerator<TrialMeasured, number> {
    const known = this.#shares.get(index);
    if (known !== undefined) return known;
    const share = yield* this.#judge(index);
    this.#shares.set(index, share);
    return share;
  }

  async *#judge(index: number): AsyncGenerator<TrialMeasured, number> {
    for (const { portion, low, high } of this.#trials.has(index) ? [] : stages) {
      const { share, macs } = await this.#estimate(index, portion);
      if (macs > 0 && macs / portion < this.#cheap) break;
      if (share < low || share > high) return share;
    }
    const trial = yield* this.attempt(index);
    return this.#shareOf(trial?.losses ?? {});
  }

  async #estimate(index: number, portion: number): Promise<{ share: number; macs: number }> {
    const candidate = this.#candidates[index];
    if (!candidate) return { share: Infinity, macs: 0 };
    const { session, keep, losses } = this.#context;
    const { evaluation } = await measureCandidate(this.#context, candidate, portion);
    const { macs } = evaluation;
    if (evaluation.bound !== 'estimate') return { share: this.#shareOf(evaluation.losses), macs };
    const current = await session.oracle.evaluate(keep, { portion });
    const expected = scaled(losses, evaluation.losses, current.losses);
    return { share: this.#shareOf(expected), macs };
  }

  #shareOf(losses: TaskLosses): number {
    const { base, threshold } = this.#context;
    return Math.max(...Object.values(lossDrops(losses, base))) / threshold;
  }
}

/**
 * The first candidate that is expected to violate of those after `passed`, begun at `first`. Some are passed over
 * where drops are small.
 */
async function* expectedStop(
  attempts: Attempts,
  passed: number,
  first: number,
): AsyncGenerator<TrialMeasured, number> {
  const last = attempts.count - 1;
  let passing = passed;
  let careful = 0;
  let index = Math.min(first, last);
  while (passing < last) {
    const share = yield* attempts.share(index);
    const isLeap = index - passing > 1;
    if (isLeap && share >= 1 / 2) {
      careful = index;
      index = passing + 1;
    } else if (share > 1) {
      return index;
    } else {
      passing = index;
      const stride = index < careful || share >= 1 / 2 ? 1 : share < 1 / 4 ? 3 : 2;
      index = Math.min(index + stride, last);
    }
  }
  return attempts.count;
}

/** The losses of the whole set, changed as they were on a part of it. */
function scaled(losses: TaskLosses, part: TaskLosses, partBefore: TaskLosses): TaskLosses {
  return Object.fromEntries(
    Object.entries(losses).map(([task, loss]) => [
      task,
      (loss * (part[task] ?? NaN)) / (partBefore[task] ?? NaN),
    ]),
  );
}
