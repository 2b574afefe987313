import { useMemo } from 'react';
import { niceTicks } from '../charts/axis';
import { ChartFrame } from '../charts/ChartFrame';
import { LinePlot, type PlotSeries } from '../charts/LinePlot';
import { significant } from '../format/numbers';
import { rateRows } from './curves';
import type { RecoveryProgress } from './progress';
import { curveTable, describeStep, shownTuning, stepAxis } from './training-plot';

/** The schedule of a training, and where it is. */
export function RateChart({ progress }: { readonly progress: RecoveryProgress }) {
  const tuning = shownTuning(progress);
  const rows = useMemo(() => (tuning ? rateRows(tuning) : []), [tuning]);
  const axes = useMemo(() => {
    const top = Math.max(1e-6, ...rows.map(({ values }) => values['rate'] ?? 0));
    return {
      x: stepAxis(tuning?.began.steps ?? 1),
      y: {
        domain: [0, top] as const,
        ticks: niceTicks(0, top, 3),
        format: (rate: number) => significant(rate, 2),
      },
    };
  }, [rows, tuning]);
  const now = tuning?.steps.at(-1)?.step ?? null;
  const table = useMemo(() => curveTable(rows, rateSeries), [rows]);
  return (
    <ChartFrame
      title="Learning rate"
      help="The schedule of the whole training; the line marks the present step."
      height={190}
      table={table}
      empty={tuning ? null : 'The schedule of a fine-tuning is drawn here.'}
    >
      {(size) => (
        <LinePlot
          rows={rows}
          series={rateSeries}
          {...axes}
          exact={(rate) => significant(rate, 3)}
          describe={describeStep}
          guide={now}
          {...size}
        />
      )}
    </ChartFrame>
  );
}

const rateSeries: readonly PlotSeries[] = [{ key: 'rate', label: 'learning rate', color: 'var(--ink)' }];
