import type { Prediction } from '../../src/pruning/predict';
import type { RunState } from '../../src/pruning/run-state';
import { layerName } from '../format/names';
import { useSelectedGroup } from '../state/selection';
import { stepTicks } from './axis';
import type { PlotAxis } from './LinePlot';
import type { PlotRow } from './plot-data';

/** Steps from `first` to `count`: the axis spans the whole run from its start. */
export function stepAxis(count: number, first: 0 | 1): PlotAxis {
  const last = Math.max(count, 1);
  return {
    domain: [first, last],
    ticks: stepTicks(last, 12).filter((tick) => tick >= first),
    format: String,
  };
}

/** How many steps the run has or is going to have. */
export function stepCount(run: RunState, predicted: Prediction | null): number {
  const prunable = run.groups.filter(({ frozen }) => frozen === null).length;
  return Math.max(run.order.length || prunable, run.steps.length, predicted?.steps.length ?? 0);
}

export function describeStep({ x, group }: PlotRow): string {
  return group === null ? 'Before the first step' : `Step ${x}: ${layerName(group)}`;
}

/** The selected layer's place among the steps. */
export function useGuide(rows: readonly PlotRow[]): number | null {
  const selected = useSelectedGroup();
  if (selected === null) return null;
  return rows.find(({ group }) => group === selected)?.x ?? null;
}
