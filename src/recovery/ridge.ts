import { choleskySolve } from './cholesky';
import type { NormalEquations } from './normal-equations';

export interface RidgeSolution {
  /** columns × targets */
  readonly change: Float64Array;
  /** Added to each target; zeros when no intercept was asked for. */
  readonly intercept: Float64Array;
  /** The penalty on the change, as a part of the columns' mean square. */
  readonly penalty: number;
}

const penalties: readonly number[] = [1e-6, 1e-4, 1e-3, 1e-2, 1e-1, 1];

/**
 * The change D and intercept c that minimise |X·D + c − R|² + penalty·|D|², with the penalty under which what `fit`
 * teaches holds best on `check`, then solved on both. The penalty pulls towards no change at all.
 *
 * @returns null where no penalty makes the error on `check` smaller than no change
 */
export function solveRidge(
  fit: NormalEquations,
  check: NormalEquations,
  withIntercept: boolean,
): RidgeSolution | null {
  let best = { penalty: Number.NaN, error: errorOf(check, null) };
  for (const penalty of penalties) {
    const solution = solveWith(fit, penalty, withIntercept);
    const error = solution ? errorOf(check, solution) : Infinity;
    if (error < best.error) best = { penalty, error };
  }
  return Number.isNaN(best.penalty) ? null : solveWith(fit.plus(check), best.penalty, withIntercept);
}

function solveWith(
  equations: NormalEquations,
  penalty: number,
  withIntercept: boolean,
): RidgeSolution | null {
  const { columns, targets, count, sums, targetSums } = equations;
  const { gram, cross } = withIntercept ? equations.centred() : equations;
  const penalised = gram.slice();
  const trace = Array.from(sums.keys()).reduce((sum, i) => sum + (gram[i * (columns + 1)] ?? 0), 0);
  if (!(trace > 0)) return null;
  for (let i = 0; i < columns; i++)
    penalised[i * (columns + 1)] = (penalised[i * (columns + 1)] ?? 0) + (penalty * trace) / columns;
  const change = choleskySolve(penalised, cross, columns, targets);
  if (!change) return null;
  const intercept = new Float64Array(targets);
  if (withIntercept)
    for (let t = 0; t < targets; t++) {
      let rest = targetSums[t] ?? 0;
      for (let i = 0; i < columns; i++) rest -= (sums[i] ?? 0) * (change[i * targets + t] ?? 0);
      intercept[t] = rest / count;
    }
  return { change, intercept, penalty };
}

/** Σ |X·D + c − R|² over the rows of `equations`; with no solution Σ |R|². */
export function errorOf(
  equations: NormalEquations,
  solution: Pick<RidgeSolution, 'change' | 'intercept'> | null,
): number {
  const { columns, targets, count, gram, cross, sums, targetSums, targetSquares } = equations;
  const error = targetSquares.reduce((sum, square) => sum + square, 0);
  if (!solution) return error;
  const { change, intercept } = solution;
  const product = new Float64Array(targets);
  let sum = error;
  for (let i = 0; i < columns; i++) {
    product.fill(0);
    // The matrix is symmetric: half of it will do.
    for (let j = 0; j <= i; j++) {
      const weight = (j < i ? 2 : 1) * (gram[i * columns + j] ?? 0);
      for (let t = 0; t < targets; t++)
        product[t] = (product[t] ?? 0) + weight * (change[j * targets + t] ?? 0);
    }
    for (let t = 0; t < targets; t++) {
      const entry = change[i * targets + t] ?? 0;
      const c = intercept[t] ?? 0;
      sum += entry * ((product[t] ?? 0) - 2 * (cross[i * targets + t] ?? 0) + 2 * c * (sums[i] ?? 0));
    }
  }
  for (let t = 0; t < targets; t++) {
    const c = intercept[t] ?? 0;
    sum += c * (count * c - 2 * (targetSums[t] ?? 0));
  }
  return Math.max(0, sum);
}
