import type { TaskLosses } from '../engine/oracle';
import type { Candidate } from './candidates';
import { lossDrops } from './drops';
import type { TrialMeasured } from './events';
import type { Expected } from './guide';
import { modelCost } from './measure';
import { measureCandidate, tryCandidate, type Search, type SearchContext, type Trial } from './search';

/**
 * Guesses the first violation, from earlier runs or from parts of the calibration set, then measures on the whole set
 * that the candidate before it passes and that it violates, and walks on where the guess was wrong. Finds what the
 * linear search finds where drops rise with the number of removed units.
 */
export const bracketSearch: Search = async function* (context, candidates) {
  const attempts = new Attempts(context, candidates);
  let stop = yield* firstGuess(context, candidates, attempts);
  for (;;) {
    while (stop > 0 && (yield* attempts.violates(stop - 1, stop))) stop -= 1;
    if (stop === candidates.length || (yield* attempts.violates(stop))) break;
    stop = yield* expectedStop(attempts, stop, stop + 1);
  }

  const violation = attempts.trial(stop);
  const lastPassing = attempts.trial(stop - 1);
  const beforeLast = violation || !context.needsBeforeLast ? lastPassing : yield* attempts.attempt(stop - 2);
  return { trials: attempts.trials, lastPassing, violation, beforeLast };
};

/** Parts of the set that a candidate is estimated on before it is measured on all of it. */
const portions = [1 / 16, 1 / 8, 1 / 4];

/** An estimate is believed when the limit lies further from it than this many standard errors. */
const CONFIDENCE = 2;

/** A candidate that is expected this near to its threshold, as a share of it, is looked at again. */
const NEAR = 0.5;

/** Where the session's runs have seen the group stop, or go on, they are believed; else candidates are estimated. */
async function* firstGuess(
  { session, group, losses, base, threshold }: SearchContext,
  candidates: readonly Candidate[],
  attempts: Attempts,
): AsyncGenerator<TrialMeasured, number> {
  const inputs = { group: group.id, losses, base, threshold };
  const expected = session.guide.expected(inputs, candidates);
  const violation = expected.findIndex((one) => one && one.share > 1);
  const stop = violation < 0 ? candidates.length : violation;
  const passing = expected.findLastIndex((one, index) => index < stop && one !== undefined);
  if (violation < 0 && passing < 0) {
    const profiled = session.guide.profiled(inputs, candidates);
    return yield* expectedStop(attempts, -1, Math.floor(profiled / 2));
  }
  for (let index = 0; index < passing; index += 1)
    if (mayViolate(expected, index) && (yield* attempts.share(index)) > 1) return index;
  return passing === stop - 1 ? stop : yield* expectedStop(attempts, passing, passing + 1);
}

/** Whether a candidate, or one of its nearest neighbours where none like it was seen, came near to the threshold. */
function mayViolate(expected: readonly (Expected | undefined)[], index: number): boolean {
  const own = expected[index];
  const neighbours = [
    expected.slice(0, index).findLast((one) => one),
    expected.slice(index).find((one) => one),
  ];
  return [...(own ? [own] : neighbours)].some((one) => one && (one.share > NEAR || one.highest > 1));
}

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

  /**
   * Measures the candidate on the whole set, unless that is done; null when there is no such candidate.
   * @param next what is measured then should it pass
   */
  async *attempt(index: number, next?: number): AsyncGenerator<TrialMeasured, Trial | null> {
    const candidate = this.#candidates[index];
    const known = this.trial(index);
    if (known || !candidate) return known;
    const isOpen = next !== undefined && !this.#trials.has(next);
    const trial = yield* tryCandidate(this.#context, candidate, isOpen ? this.#candidates[next] : undefined);
    this.#trials.set(index, trial);
    return trial;
  }

  async *violates(index: number, next?: number): AsyncGenerator<TrialMeasured, boolean> {
    const trial = yield* this.attempt(index, next);
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
    const candidate = this.#candidates[index];
    if (!candidate) return Infinity;
    for (const portion of this.#trials.has(index) ? [] : portions) {
      const { evaluation } = await measureCandidate(this.#context, candidate, { portion });
      const { losses, errors = {}, bound, macs } = evaluation;
      if (bound !== 'estimate') break;
      const share = this.#shareOf(losses);
      const moved = (by: number) =>
        this.#shareOf(mapValues(losses, (loss, task) => loss + by * (errors[task] ?? 0)));
      if (moved(CONFIDENCE) < 1 || moved(-CONFIDENCE) > 1) return share;
      if (macs > 0 && macs / portion < this.#cheap) break;
    }
    const trial = yield* this.attempt(index);
    return this.#shareOf(trial?.losses ?? {});
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

function mapValues(values: TaskLosses, change: (value: number, name: string) => number): TaskLosses {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, change(value, name)]));
}
