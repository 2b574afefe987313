import { useMemo } from 'react';
import type { Prediction } from '../../src/pruning/predict';
import type { RunState } from '../../src/pruning/run-state';
import { formatChange, formatPercent } from '../format/numbers';
import { useSettledRun } from '../state/run-view';
import { hoverGroup, pinGroup } from '../state/selection';
import { useStudio } from '../state/studio';
import { taskStyle } from '../state/task-style';
import { niceTicks, stagedTop } from './axis';
import { ChartFrame } from './ChartFrame';
import { endedSteps } from './ended-steps';
import { LinePlot, type PlotSeries } from './LinePlot';
import { tickPercent } from './oracle-data';
import { cumulativeRows, predictedKey, type PlotRow } from './plot-data';
import { describeStep, stepAxis, stepCount, useGuide } from './step-axis';
import type { ChartTable } from './table';
import { TaskName } from './TaskName';
import { useChartTasks } from './use-chart-tasks';
import { useInTurn } from './use-in-turn';

interface Props {
  readonly predicted?: Prediction | null;
}

/** Each task's loss over the original network's after every step, against the bound 1+α. */
export function CumulativeChart({ predicted = null }: Props) {
  const run = useInTurn(useSettledRun());
  const tasks = useChartTasks(run.tasks);
  const steps = endedSteps(run.steps);
  const guess = useInTurn(predicted);
  const baseline = useStudio((state) => state.profile?.baseline ?? null);
  const rows = useMemo(
    () => cumulativeRows(steps, tasks, run.original, guess, baseline),
    [steps, tasks, run.original, guess, baseline],
  );
  const alpha = guess?.schedule.alpha ?? run.thresholds?.alpha ?? null;
  const count = stepCount(run, guess);
  const series = useMemo(() => taskSeries(tasks, guess !== null), [tasks, guess]);
  const axes = useMemo(() => ({ x: stepAxis(count, 0), y: riseAxis(rows, alpha) }), [count, rows, alpha]);
  const limits = useMemo(() => (alpha === null ? [] : [boundLine(alpha)]), [alpha]);
  const table = useMemo(() => riseTable(rows, tasks), [rows, tasks]);
  const guide = useGuide(rows);
  const empty = run.phase === 'empty' && !guess;
  return (
    <ChartFrame
      title="Cumulative drop"
      help="Each task’s loss rise over the unpruned network; the thresholds together hold it below 1 + α."
      table={table}
      empty={empty ? 'Press Run: each task’s loss rise appears here, step by step.' : null}
      note={<Result run={run} tasks={tasks} predicted={guess} />}
    >
      {(size) => (
        <LinePlot
          rows={rows}
          series={series}
          {...axes}
          endRoom={guess ? 118 : 72}
          exact={exactChange}
          describe={describeStep}
          limits={limits}
          guide={guide}
          onHover={hoverGroup}
          onPick={pinGroup}
          {...size}
        />
      )}
    </ChartFrame>
  );
}

function taskSeries(tasks: readonly string[], predicted: boolean): PlotSeries[] {
  const exact = tasks.map((task): PlotSeries => ({
    key: task,
    label: task,
    endLabel: true,
    ...taskStyle(tasks, task),
  }));
  if (!predicted) return exact;
  const guessed = tasks.map((task): PlotSeries => {
    const { color } = taskStyle(tasks, task);
    return { key: predictedKey(task), label: `${task} predicted`, color, predicted: true, endLabel: true };
  });
  return [...guessed, ...exact];
}

function riseAxis(rows: readonly PlotRow[], alpha: number | null) {
  const values = rows.flatMap((row) => Object.values(row.values).filter((value) => value !== null));
  const top = stagedTop(Math.max(0, ...values), (alpha ?? 1) * 1.08);
  const lowest = Math.min(0, ...values);
  const bottom = lowest < 0 ? -stagedTop(-lowest, top) : 0;
  return { domain: [bottom, top] as const, ticks: niceTicks(bottom, top), format: tickPercent(top) };
}

function boundLine(alpha: number) {
  return { y: alpha, label: `bound 1 + α: ${formatChange(alpha, 0)}`, side: 'left' as const };
}

/** Where each task stands now; on the rebuilt network once the run has finished. */
function Result({
  run,
  tasks,
  predicted,
}: {
  readonly run: RunState;
  readonly tasks: readonly string[];
  readonly predicted: Prediction | null;
}) {
  const { original, losses, report } = run;
  if (!original) return predicted ? 'Predicted from the unpruned network’s sensitivity (dashed).' : '';
  return (
    <>
      {report ? 'Pruned network: ' : 'So far: '}
      {tasks.map((task, index) => {
        const [loss, base] = [losses[task], original.losses[task]];
        return (
          <span key={task}>
            {index > 0 && ', '}
            <TaskName task={task} tasks={tasks} />{' '}
            {loss !== undefined && base ? formatChange(loss / base - 1) : '–'}
          </span>
        );
      })}
      {predicted && <span className="soft"> · dashed: predicted</span>}
    </>
  );
}

function riseTable(rows: readonly PlotRow[], tasks: readonly string[]): ChartTable {
  const rise = (value: number) => formatPercent(value, 2);
  const names = rows.some(({ values }) => tasks.some((task) => predictedKey(task) in values))
    ? [...tasks, ...tasks.map(predictedKey)]
    : tasks;
  return {
    columns: [
      { name: 'Step' },
      { name: 'Layer' },
      ...names.map((name) => ({ name: `Loss rise of ${name}`, format: rise })),
    ],
    rows: rows.map(({ x, group, values }) => [x, group, ...names.map((name) => values[name] ?? null)]),
  };
}

const exactChange = (value: number) => formatChange(value, 2);
