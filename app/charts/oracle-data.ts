import type { PredictedStep } from '../../src/pruning/predict-search';
import type { RunState, StepState } from '../../src/pruning/run-state';
import { formatPercent } from '../format/numbers';
import { niceTicks } from './axis';
import { hasEnded } from './ended-steps';
import type { PlotAxis } from './LinePlot';
import { predictedKey, type PlotRow } from './plot-data';
import type { ChartTable } from './table';

/** The step's trials, and before them the network as it stood when the step began: ratio 0. */
export function oracleRows(step: StepState, run: Pick<RunState, 'steps' | 'original'>): PlotRow[] {
  const before =
    run.steps.slice(0, step.index).findLast(hasEnded)?.losses ?? run.original?.losses ?? step.base;
  const start = Object.entries(step.base).map(
    ([task, base]) => [task, (before[task] ?? base) / base - 1] as const,
  );
  const rows = step.trials.map(({ trial }): PlotRow => ({
    x: trial.ratio,
    group: step.group,
    values: trial.drops,
    ...(trial.bound === 'early-exit' ? { atLeast: true } : {}),
  }));
  return [{ x: 0, group: step.group, values: Object.fromEntries<number>(start) }, ...rows];
}

/** What the sensitivity profile says of the group: the commit it predicts and the violation after it. */
export function predictedOracleRows({ group, committed, violation }: PredictedStep): PlotRow[] {
  const trials = [committed, violation].filter((trial) => trial !== null);
  const nothing = trials
    .flatMap(({ drops }) => Object.keys(drops))
    .map((task) => [predictedKey(task), 0] as const);
  const rows = trials.map(({ ratio, drops }): PlotRow => ({
    x: ratio,
    group,
    values: Object.fromEntries(Object.entries(drops).map(([task, drop]) => [predictedKey(task), drop])),
  }));
  return [{ x: 0, group, values: Object.fromEntries<number>(nothing) }, ...rows];
}

/**
 * Axes that hold still while trials arrive: the ratio's grows in three leaps, the drop's is set by the threshold, so
 * that a violation far above it does not flatten the rest.
 */
export function oracleAxes(
  threshold: number,
  rows: readonly PlotRow[],
): { readonly x: PlotAxis; readonly y: PlotAxis } {
  const furthest = Math.max(0, ...rows.map(({ x }) => x));
  const right = [0.25, 0.5].find((edge) => furthest < edge - 0.02) ?? 1;
  const values = rows.flatMap((row) => Object.values(row.values).filter((value) => value !== null));
  const top = threshold * (Math.max(0, ...values) > threshold * 1.5 ? 2.4 : 1.6);
  const lowest = Math.min(0, ...values);
  const bottom = lowest < 0 ? -threshold * Math.min(4, Math.ceil((-lowest / threshold) * 2) / 2) : 0;
  return {
    x: { domain: [0, right], ticks: niceTicks(0, right, 5), format: (value) => formatPercent(value, 0) },
    y: { domain: [bottom, top], ticks: niceTicks(bottom, top), format: tickPercent(top) },
  };
}

/** Percentages with as many decimals as an axis of this reach needs. */
export function tickPercent(reach: number): (value: number) => string {
  return (value) => formatPercent(value, reach < 0.02 ? 2 : reach < 0.1 ? 1 : 0);
}

export function oracleTable(step: StepState | null, tasks: readonly string[]): ChartTable {
  const drop = (value: number) => formatPercent(value, 2);
  return {
    columns: [
      { name: 'Ratio', format: (ratio) => formatPercent(ratio, 0) },
      { name: 'Channels removed' },
      ...tasks.map((task) => ({ name: `Drop of ${task}`, format: drop })),
      { name: 'Threshold', format: drop },
      { name: 'Stopped by' },
      { name: 'Drops are' },
    ],
    rows: (step?.trials ?? []).map(({ trial, violatedBy }) => [
      trial.ratio,
      trial.removed,
      ...tasks.map((task) => trial.drops[task] ?? null),
      step?.threshold ?? null,
      violatedBy,
      trial.bound === 'early-exit' ? 'lower bounds' : 'exact',
    ]),
  };
}
