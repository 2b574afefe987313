/** The thresholds asked for do not make a schedule. The message is a sentence that says what to change. */
export class ScheduleError extends Error {
  override readonly name = 'ScheduleError';
}

export interface Thresholds {
  readonly delta?: number | undefined;
  readonly lambda?: number | undefined;
  readonly alpha?: number | undefined;
}

export interface Schedule {
  /** δ: the relative loss rise allowed to the first group. */
  readonly delta: number;
  /** λ: each threshold is λ times the one before. */
  readonly lambda: number;
  /** α: the relative loss rise allowed to the whole model. */
  readonly alpha: number;
}

/** All three given are accepted when the bound they imply agrees with 1+α to this relative error. */
const consistency = 1e-6;

/**
 * Completes a schedule δ_k = δ·λ^(k−1) over `groups` prunable groups from two of (δ, λ, α), so that
 * ∏(1+δ_k) = 1+α (DESIGN §4.1; Ye et al. 2023, arXiv 2303.11923).
 * @throws ScheduleError when they are not two, not positive numbers, inconsistent, or have no solution
 */
export function solveSchedule({ delta, lambda, alpha }: Thresholds, groups: number): Schedule {
  requirePositive('delta', delta);
  requirePositive('lambda', lambda);
  requirePositive('alpha', alpha);
  if (groups < 1)
    throw new ScheduleError('No group can be pruned, so there is nothing to make a schedule for.');

  if (delta !== undefined && lambda !== undefined) {
    const implied = Math.expm1(logBound(delta, lambda, groups));
    if (!Number.isFinite(implied))
      throw new ScheduleError(`lambda ${lambda} makes the bound overflow; lower it.`);
    if (alpha !== undefined) requireAgreement(alpha, implied);
    return { delta, lambda, alpha: alpha ?? implied };
  }
  if (delta !== undefined && alpha !== undefined) {
    return { delta, alpha, lambda: solveLambda(delta, alpha, groups) };
  }
  if (lambda !== undefined && alpha !== undefined) {
    return { lambda, alpha, delta: solveDelta(lambda, alpha, groups) };
  }
  throw new ScheduleError('Two of delta, lambda and alpha are needed to make a schedule; give one more.');
}

/** δ_1 … δ_groups. */
export function thresholds({ delta, lambda }: Pick<Schedule, 'delta' | 'lambda'>, groups: number): number[] {
  return Array.from({ length: groups }, (_, k) => delta * lambda ** k);
}

/** log ∏(1+δ·λ^i), which rises with both δ and λ. */
function logBound(delta: number, lambda: number, groups: number): number {
  return thresholds({ delta, lambda }, groups).reduce((sum, threshold) => sum + Math.log1p(threshold), 0);
}

function solveLambda(delta: number, alpha: number, groups: number): number {
  if (alpha < delta) {
    throw new ScheduleError(
      `alpha ${alpha} is less than delta ${delta}, so the first group alone may break the bound; raise alpha or lower delta.`,
    );
  }
  if (groups === 1) {
    if (Math.abs(alpha - delta) <= consistency * alpha) return 1;
    throw new ScheduleError(
      `With a single prunable group alpha must equal delta, but alpha is ${alpha} and delta ${delta}; give lambda and one of them.`,
    );
  }
  if (alpha === delta) {
    throw new ScheduleError(
      `alpha equals delta (${alpha}), which leaves nothing for the groups after the first; raise alpha or lower delta.`,
    );
  }
  return bracketedRoot((lambda) => logBound(delta, lambda, groups) - Math.log1p(alpha));
}

function solveDelta(lambda: number, alpha: number, groups: number): number {
  return bracketedRoot((delta) => logBound(delta, lambda, groups) - Math.log1p(alpha));
}

/** The root of a function that rises on (0, ∞) from below zero: doubles and halves to bracket it, then bisects. */
function bracketedRoot(rising: (x: number) => number): number {
  let low = 1;
  let high = 1;
  while (rising(high) < 0) high *= 2;
  while (rising(low) > 0) low /= 2;
  for (;;) {
    const middle = low + (high - low) / 2;
    if (middle <= low || middle >= high) return high;
    if (rising(middle) < 0) low = middle;
    else high = middle;
  }
}

function requirePositive(name: keyof Schedule, value: number | undefined): void {
  if (value === undefined || (Number.isFinite(value) && value > 0)) return;
  throw new ScheduleError(`${name} is ${value}, but it must be a positive number.`);
}

function requireAgreement(alpha: number, implied: number): void {
  if (Math.abs(implied - alpha) <= consistency * (1 + alpha)) return;
  throw new ScheduleError(
    `delta and lambda imply an alpha of ${implied.toPrecision(6)}, not ${alpha}; leave one of the three out.`,
  );
}
