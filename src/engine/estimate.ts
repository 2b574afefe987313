import type { TaskLosses } from './oracle';
import type { Tally } from './tally';

interface Estimate {
  /** Of the mean loss over the whole set. */
  readonly loss: number;
  /** Its standard error. */
  readonly error: number;
}

/**
 * A candidate's mean loss from some of its samples. Where the losses of a similar network are known on the whole
 * set, it is theirs and the mean difference to them on these samples, which varies much less than the losses do.
 * The error is of simple sampling without replacement (Cochran, Sampling Techniques, §2.6), widened for few samples
 * as Student's t is wider than the normal distribution.
 *
 * @param count samples of the whole set
 */
export function estimateLoss(
  candidate: Tally,
  reference: Tally | null,
  samples: readonly number[],
  count: number,
): Estimate {
  const known = reference?.isComplete ? reference : null;
  const values = samples.map((sample) => candidate.sampleLoss(sample) - (known?.sampleLoss(sample) ?? 0));
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const loss = (known ? known.loss / count : 0) + mean;
  if (!Number.isFinite(mean)) return { loss: Infinity, error: 0 };
  const freedom = values.length - 1;
  if (freedom < 1) return { loss, error: Infinity };
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const variance = (squares / freedom / values.length) * (1 - values.length / count);
  return { loss, error: Math.sqrt(variance) * studentRatio(freedom) };
}

/** `estimateLoss` of each task, by task name. */
export function estimateLosses(
  tasks: readonly { readonly tally: Tally; readonly reference: Tally | null }[],
  samples: readonly number[],
  count: number,
): { readonly losses: TaskLosses; readonly errors: TaskLosses } {
  const estimates = tasks.map(({ tally, reference }) => ({
    name: tally.task.spec.name,
    ...estimateLoss(tally, reference, samples, count),
  }));
  return {
    losses: Object.fromEntries(estimates.map(({ name, loss }) => [name, loss])),
    errors: Object.fromEntries(estimates.map(({ name, error }) => [name, error])),
  };
}

/** Student's quantile over the normal one, for two standard errors (the first terms of Fisher and Cornish's expansion). */
function studentRatio(freedom: number): number {
  const z = 2;
  const first = (z ** 2 + 1) / 4;
  const second = (5 * z ** 4 + 16 * z ** 2 + 3) / 96;
  return 1 + first / freedom + second / freedom ** 2;
}
