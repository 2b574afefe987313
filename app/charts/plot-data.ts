import type { TaskLosses } from '../../src/engine/oracle';
import type { Prediction } from '../../src/pruning/predict';
import type { ModelFigures } from '../../src/pruning/report';
import type { GroupId } from '../../src/graph/channel-types';
import type { EndedStep } from './ended-steps';

/** A point of a line chart: a value for each series, null where the series has none. */
export interface PlotRow {
  readonly x: number;
  readonly group: GroupId | null;
  readonly values: Readonly<Record<string, number | null>>;
  /** The values are lower bounds. */
  readonly atLeast?: boolean;
}

/** Series of a prediction carry their task's or quantity's name with this in front. */
export const predictedKey = (name: string) => `predicted ${name}`;

/**
 * Each task's loss over the original's, minus one, after each step; step 0 is the original. `profiled` holds the
 * original's losses as the prediction's sensitivity profile measured them.
 */
export function cumulativeRows(
  steps: readonly EndedStep[],
  tasks: readonly string[],
  original: ModelFigures | null,
  predicted: Prediction | null,
  profiled: TaskLosses | null,
): PlotRow[] {
  const rises = (losses: TaskLosses, base: TaskLosses | undefined) =>
    fromTasks(tasks, (task) => rise(losses[task], base?.[task]));
  const exact = steps.map(({ losses }) => rises(losses, original?.losses));
  const guessed = predicted?.steps.map(({ losses }) => rises(losses, profiled ?? original?.losses));
  return stepRows({
    groups: steps.map(({ group }) => group),
    start: original ? fromTasks(tasks, () => 0) : {},
    exact,
    predicted,
    predictedStart: fromTasks(tasks, () => 0),
    guessed: guessed ?? [],
  });
}

/** Shares of the original's MACs and params that are left after each step. */
export function costRows(
  steps: readonly EndedStep[],
  original: { readonly macs: number; readonly params: number } | null,
  predicted: Prediction | null,
  started: boolean,
): PlotRow[] {
  const share = (cost: { readonly macs: number; readonly params: number }) =>
    original ? { macs: cost.macs / original.macs, params: cost.params / original.params } : {};
  const whole = { macs: 1, params: 1 };
  return stepRows({
    groups: steps.map(({ group }) => group),
    start: started ? whole : {},
    exact: steps.map(share),
    predicted,
    predictedStart: whole,
    guessed: predicted?.steps.map(share) ?? [],
  });
}

type Values = Readonly<Record<string, number | null>>;

function stepRows(series: {
  readonly groups: readonly GroupId[];
  readonly start: Values;
  readonly exact: readonly Values[];
  readonly predicted: Prediction | null;
  readonly predictedStart: Values;
  readonly guessed: readonly Values[];
}): PlotRow[] {
  const { groups, exact, guessed, predicted } = series;
  const length = Math.max(exact.length, guessed.length);
  return Array.from({ length: length + 1 }, (_, x) => {
    const measured = x === 0 ? series.start : (exact[x - 1] ?? {});
    const expected = x === 0 ? series.predictedStart : (guessed[x - 1] ?? {});
    const values = predicted ? { ...measured, ...withPrefix(expected) } : measured;
    return { x, group: groups[x - 1] ?? predicted?.steps[x - 1]?.group ?? null, values };
  });
}

/**
 * Thresholds as used so far (`open` is that of a step under way) and as planned, were every step to commit; with their
 * running products.
 */
export function scheduleRows(
  ended: readonly EndedStep[],
  open: number | null,
  planned: readonly number[],
): { readonly thresholds: PlotRow[]; readonly products: PlotRow[] } {
  const length = Math.max(ended.length + (open === null ? 0 : 1), planned.length);
  const thresholds: PlotRow[] = [];
  const products: PlotRow[] = [{ x: 0, group: null, values: { used: length > 0 ? 1 : null, planned: 1 } }];
  let [used, plan] = [1, 1];
  for (let index = 0; index < length; index += 1) {
    const [x, step, next] = [index + 1, ended[index], planned[index]];
    const group = step?.group ?? null;
    const threshold = step?.threshold ?? (index === ended.length ? open : null);
    thresholds.push({ x, group, values: { used: threshold, planned: next ?? null } });
    // A step that commits nothing leaves its threshold to the next.
    if (step?.report.committed) used *= 1 + step.threshold;
    plan *= 1 + (next ?? 0);
    products.push({
      x,
      group,
      values: { used: step ? used : null, planned: next === undefined ? null : plan },
    });
  }
  return { thresholds, products };
}

/** Rows of both, those at the same x joined, in order of x. */
export function mergeRows(first: readonly PlotRow[], second: readonly PlotRow[]): PlotRow[] {
  const at = new Map<number, PlotRow>();
  for (const row of [...first, ...second]) {
    const before = at.get(row.x);
    at.set(row.x, before ? { ...before, values: { ...before.values, ...row.values } } : row);
  }
  return [...at.values()].sort((a, b) => a.x - b.x);
}

function fromTasks(tasks: readonly string[], value: (task: string) => number | null): Values {
  return Object.fromEntries(tasks.map((task) => [task, value(task)]));
}

function withPrefix(values: Values): Values {
  return Object.fromEntries(Object.entries(values).map(([name, value]) => [predictedKey(name), value]));
}

function rise(loss: number | undefined, base: number | undefined): number | null {
  if (loss === undefined || base === undefined || base === 0) return null;
  return Math.min(loss / base - 1, 1e6);
}
