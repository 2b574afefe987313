import { useMemo } from 'react';
import type { TuningPurpose } from '../../src/recovery/events';
import { niceTicks } from '../charts/axis';
import { ChartFrame } from '../charts/ChartFrame';
import { LinePlot, type PlotSeries } from '../charts/LinePlot';
import { mergeRows, type PlotRow } from '../charts/plot-data';
import type { ChartTable } from '../charts/table';
import { useChartTasks } from '../charts/use-chart-tasks';
import { formatLoss, significant } from '../format/numbers';
import { taskStyle } from '../state/task-style';
import { curveKey, rateRows, trainingKey, trainingRows, validationRows } from './curves';
import type { RecoveryProgress } from './progress';
import { purposeNames } from './words';

interface Props {
  readonly progress: RecoveryProgress;
}

/** The tasks' losses while a network is trained. */
export function LossCurves({ progress }: Props) {
  return (
    <Curves
      progress={progress}
      of="losses"
      title="Loss while training"
      help="On the validation set; dashed on the batches that are learned from."
    />
  );
}

/** The tasks' metrics while a network is trained. */
export function MetricCurves({ progress }: Props) {
  return (
    <Curves
      progress={progress}
      of="metrics"
      title="Metric while training"
      help="On the validation set, which is not learned from; lines mark the unpruned network."
    />
  );
}

interface CurvesProps extends Props {
  readonly of: 'losses' | 'metrics';
  readonly title: string;
  readonly help: string;
}

const height = 190;

function Curves({ progress, of, title, help }: CurvesProps) {
  const tuning = progress.tunings.recovery ?? Object.values(progress.tunings)[0];
  const before = tuning?.began.before[of];
  const tasks = useChartTasks(useMemo(() => Object.keys(before ?? {}), [before]));
  const rows = useMemo(() => {
    const measured = validationRows(progress, tasks, of);
    return tuning && of === 'losses' ? mergeRows(measured, trainingRows(tuning, tasks)) : measured;
  }, [progress, tasks, of, tuning]);
  const purposes = Object.keys(progress.tunings).join();
  const series = useMemo(() => curveSeries(tasks, of, purposes.split(',')), [tasks, of, purposes]);
  const axes = useMemo(() => curveAxes(rows, tuning?.began.steps ?? 1), [rows, tuning]);
  const limits = useMemo(
    () =>
      of === 'losses' || !tuning
        ? []
        : tasks.flatMap((task) => {
            const y = tuning.began.original.metrics[task];
            return y === undefined ? [] : [{ y, label: `${task}, unpruned`, side: 'left' as const }];
          }),
    [of, tuning, tasks],
  );
  const table = useMemo(() => curveTable(rows, series), [rows, series]);
  return (
    <ChartFrame
      title={title}
      help={help}
      height={height}
      table={table}
      empty={tuning ? null : 'A fine-tuning draws its curves here.'}
    >
      {(size) => (
        <LinePlot
          rows={rows}
          series={series}
          {...axes}
          exact={formatLoss}
          describe={describe}
          limits={limits}
          endRoom={86}
          {...size}
        />
      )}
    </ChartFrame>
  );
}

function curveSeries(tasks: readonly string[], of: 'losses' | 'metrics', purposes: readonly string[]) {
  const training = of === 'losses';
  return tasks.flatMap((task): PlotSeries[] => {
    const { color, marker } = taskStyle(tasks, task);
    const controls = purposes.filter(isControl).map((purpose): PlotSeries => ({
      key: curveKey(task, purpose),
      label: `${task}, ${purposeNames[purpose]}`,
      color,
      predicted: true,
      marker: 'cross',
    }));
    const learned: PlotSeries = {
      key: trainingKey(task),
      label: trainingKey(task),
      color,
      predicted: true,
    };
    return [
      ...(training ? [learned] : []),
      ...controls,
      { key: task, label: task, color, marker, endLabel: true },
    ];
  });
}

const isControl = (purpose: string): purpose is Exclude<TuningPurpose, 'recovery'> =>
  purpose === 'scratch-E' || purpose === 'scratch-B';

function curveAxes(rows: readonly PlotRow[], steps: number) {
  const values = rows.flatMap((row) => Object.values(row.values).filter((value) => value !== null));
  const low = Math.min(...values, Infinity);
  const high = Math.max(...values, -Infinity);
  const domain = values.length > 0 && high > low ? ([low, high] as const) : ([0, 1] as const);
  return {
    x: {
      domain: [0, steps] as const,
      ticks: niceTicks(0, steps, 5).filter(Number.isInteger),
      format: String,
    },
    y: {
      domain,
      ticks: niceTicks(domain[0], domain[1]),
      format: (value: number) => significant(value, 2),
    },
  };
}

const describe = ({ x }: PlotRow) => `Step ${x}`;

function curveTable(rows: readonly PlotRow[], series: readonly PlotSeries[]): ChartTable {
  return {
    columns: [{ name: 'Step' }, ...series.map(({ label }) => ({ name: label, format: formatLoss }))],
    rows: rows.map(({ x, values }) => [x, ...series.map(({ key }) => values[key] ?? null)]),
  };
}

/** The schedule of a training, and where it is. */
export function RateChart({ progress }: Props) {
  const tuning = progress.tunings.recovery ?? Object.values(progress.tunings)[0];
  const rows = useMemo(() => (tuning ? rateRows(tuning) : []), [tuning]);
  const axes = useMemo(() => {
    const top = Math.max(1e-6, ...rows.map(({ values }) => values['rate'] ?? 0));
    const steps = tuning?.began.steps ?? 1;
    return {
      x: {
        domain: [0, steps] as const,
        ticks: niceTicks(0, steps, 5).filter(Number.isInteger),
        format: String,
      },
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
      height={height}
      table={table}
      empty={tuning ? null : 'The schedule of a fine-tuning is drawn here.'}
    >
      {(size) => (
        <LinePlot
          rows={rows}
          series={rateSeries}
          {...axes}
          exact={(rate) => significant(rate, 3)}
          describe={describe}
          guide={now}
          {...size}
        />
      )}
    </ChartFrame>
  );
}

const rateSeries: readonly PlotSeries[] = [{ key: 'rate', label: 'learning rate', color: 'var(--ink)' }];
