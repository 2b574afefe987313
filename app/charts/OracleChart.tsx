import { useMemo, type ReactNode } from 'react';
import type { GroupId } from '../../src/graph/channel-types';
import type { Prediction } from '../../src/pruning/predict';
import type { PredictedStep } from '../../src/pruning/predict-search';
import type { RunState, StepState } from '../../src/pruning/run-state';
import { layerName } from '../format/names';
import { formatChange, formatCount, formatPercent } from '../format/numbers';
import { useRunView } from '../state/run-view';
import { useSelectedGroup } from '../state/selection';
import { useShownStep } from '../state/shown-step';
import { useStudio } from '../state/studio';
import { taskStyle } from '../state/task-style';
import { ChartFrame } from './ChartFrame';
import { LinePlot, type PlotAxis, type PlotLimit, type PlotSeries } from './LinePlot';
import { oracleAxes, oracleRows, oracleTable, predictedOracleRows } from './oracle-data';
import { mergeRows, predictedKey, type PlotRow } from './plot-data';
import { stoppingTrial, stopReason, stopSentence } from './stop-sentence';
import { TaskName } from './TaskName';
import { useChartTasks } from './use-chart-tasks';
import { useInTurn } from './use-in-turn';

interface Props {
  readonly predicted?: Prediction | null;
}

/** Each task's drop against the ratio removed from one layer: the selected one, else the one worked on now. */
export function OracleChart({ predicted = null }: Props) {
  const run = useInTurn(useRunView());
  const underWay = useStudio(({ run: { status } }) => status === 'running' || status === 'paused');
  const selected = useInTurn(useSelectedGroup());
  const stepOf = useShownStep();
  const step = useMemo(() => stepOf(run, selected), [stepOf, run, selected]);
  const guess = predictedStep(predicted, step?.group ?? selected, step !== null);
  const group = step?.group ?? guess?.group ?? null;
  const tasks = useChartTasks(run.tasks);
  const table = useMemo(() => oracleTable(step, tasks), [step, tasks]);
  const awaited = underWay
    ? 'The first layer’s curve appears here as it is measured.'
    : 'Press Run: the first layer’s curve appears here.';
  return (
    <ChartFrame
      title={group === null ? 'Oracle' : `Oracle: ${layerName(group)}`}
      help="Each task’s loss rise without that share of the layer’s channels; above the threshold it stops."
      table={table}
      empty={group === null ? awaited : null}
      note={
        step ? (
          <Sentence step={step} tasks={tasks} />
        ) : guess ? (
          'Predicted: the commit and the violation after it.'
        ) : (
          ''
        )
      }
      tools={step && <StepPlace run={run} step={step} />}
    >
      {(size) => <Curves run={run} tasks={tasks} step={step} guess={guess} {...size} />}
    </ChartFrame>
  );
}

/** The prediction for the layer on show; before a run any layer will do. */
function predictedStep(
  predicted: Prediction | null,
  group: GroupId | null,
  started: boolean,
): PredictedStep | null {
  const own = predicted?.steps.find((step) => step.group === group);
  return own ?? (started ? null : (predicted?.steps[0] ?? null));
}

interface CurvesProps {
  readonly run: RunState;
  readonly tasks: readonly string[];
  readonly step: StepState | null;
  readonly guess: PredictedStep | null;
  readonly width: number;
  readonly height: number;
}

function Curves({ run, tasks, step, guess, width, height }: CurvesProps) {
  const threshold = step?.threshold ?? guess?.threshold ?? 0;
  const rows = useMemo(
    () => mergeRows(step ? oracleRows(step, run) : [], guess ? predictedOracleRows(guess) : []),
    [step, run, guess],
  );
  const axes = useMemo(() => oracleAxes(threshold, rows), [threshold, rows]);
  const series = useMemo(() => oracleSeries(tasks, guess !== null), [tasks, guess]);
  const ringed = useMemo(() => (step ? violation(step, tasks) : []), [step, tasks]);
  const limits = useMemo(() => [thresholdLine(threshold, rows, axes.x)], [threshold, rows, axes.x]);
  return (
    <LinePlot
      rows={rows}
      series={series}
      {...axes}
      exact={exactChange}
      endFormat={formatChange}
      describe={describeRatio}
      limits={limits}
      ringed={ringed}
      endRoom={guess ? 118 : 72}
      width={width}
      height={height}
    />
  );
}

function thresholdLine(threshold: number, rows: readonly PlotRow[], { domain }: PlotAxis): PlotLimit {
  const free = (rows.at(-1)?.x ?? 0) < domain[1] * 0.4;
  return { y: threshold, label: `threshold δ ${formatPercent(threshold)}`, side: free ? 'right' : 'left' };
}

function oracleSeries(tasks: readonly string[], predicted: boolean): PlotSeries[] {
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
  return [...exact, ...guessed];
}

function violation(step: StepState, tasks: readonly string[]) {
  const { task, drop } = stopReason(step);
  const trial = stoppingTrial(step)?.trial;
  if (task === null || drop === null || !trial) return [];
  const { color } = taskStyle(tasks, task);
  return [{ x: trial.ratio, y: drop, color }];
}

function Sentence({
  step,
  tasks,
}: {
  readonly step: StepState;
  readonly tasks: readonly string[];
}): ReactNode {
  const [before, task, after] = stopSentence(step);
  return (
    <>
      {before}
      {task !== '' && <TaskName task={task} tasks={tasks} />}
      {after}
    </>
  );
}

function StepPlace({ run, step }: { readonly run: RunState; readonly step: StepState }) {
  return (
    <span className="chart-place number">
      step {step.index + 1} of {run.order.length}
      <span> · {formatCount(step.sizeBefore)} channels</span>
    </span>
  );
}

const describeRatio = ({ x }: PlotRow) => `${formatPercent(x, 0)} of the channels removed`;
const exactChange = (value: number) => formatChange(value, 2);
