import { useMemo } from 'react';
import type { TuningPurpose } from '../../src/recovery/events';
import { niceTicks } from '../charts/axis';
import { ChartFrame } from '../charts/ChartFrame';
import { LinePlot, type PlotSeries } from '../charts/LinePlot';
import { mergeRows, type PlotRow } from '../charts/plot-data';
import { useChartTasks } from '../charts/use-chart-tasks';
import { formatLoss, significant } from '../format/numbers';
import { taskStyle } from '../state/task-style';
import { curveKey, trainingKey, trainingRows, validationRows } from './curves';
import { curveTable, describeStep, shownTuning, stepAxis } from './training-plot';
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
  const tuning = shownTuning(progress);
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
          describe={describeStep}
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
    x: stepAxis(steps),
    y: {
      domain,
      ticks: niceTicks(domain[0], domain[1]),
      format: (value: number) => significant(value, 2),
    },
  };
}
