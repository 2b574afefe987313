import { niceTicks } from '../charts/axis';
import type { PlotSeries } from '../charts/LinePlot';
import type { PlotRow } from '../charts/plot-data';
import type { ChartTable } from '../charts/table';
import { formatLoss } from '../format/numbers';
import type { RecoveryProgress } from './progress';

/** The training that is drawn: the recovery's, or where there is none a control's. */
export const shownTuning = ({ tunings }: RecoveryProgress) => tunings.recovery ?? Object.values(tunings)[0];

export const stepAxis = (steps: number) => ({
  domain: [0, steps] as const,
  ticks: niceTicks(0, steps, 5).filter(Number.isInteger),
  format: String,
});

export const describeStep = ({ x }: PlotRow) => `Step ${x}`;

export function curveTable(rows: readonly PlotRow[], series: readonly PlotSeries[]): ChartTable {
  return {
    columns: [{ name: 'Step' }, ...series.map(({ label }) => ({ name: label, format: formatLoss }))],
    rows: rows.map(({ x, values }) => [x, ...series.map(({ key }) => values[key] ?? null)]),
  };
}
