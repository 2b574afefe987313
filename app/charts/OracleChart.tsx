import { useDeferredValue, useMemo, type ReactNode } from 'react';
import type { Prediction } from '../../src/pruning/predict';
import type { RunState, StepState } from '../../src/pruning/run-state';
import { layerName } from '../format/names';
import { formatChange, formatCount, formatPercent } from '../format/numbers';
import { useRunView } from '../state/run-view';
import { useSelectedGroup } from '../state/selection';
import { taskStyle } from '../state/task-style';
import { ChartFrame } from './ChartFrame';
import { LinePlot, type PlotSeries } from './LinePlot';
import { oracleAxes, oracleRows, oracleTable, predictedOracleRows } from './oracle-data';
import { mergeRows, predictedKey } from './plot-data';
import { stopReason, stopSentence } from './stop-sentence';
import { TaskName } from './TaskName';

interface Props {
  readonly predicted?: Prediction | null;
}

/** Each task's drop against the ratio removed from one layer: the selected one, else the one worked on now. */
export function OracleChart({ predicted = null }: Props) {
  const run = useDeferredValue(useRunView());
  const selected = useDeferredValue(useSelectedGroup());
  const step = run.steps.find(({ group }) => group === selected) ?? run.steps.at(-1) ?? null;
  const table = useMemo(() => oracleTable(step, run.tasks), [step, run.tasks]);
  return (
    <ChartFrame
      title={step ? `Oracle: ${layerName(step.group)}` : 'Oracle'}
      help="Each task’s loss rise without that share of the layer’s channels; above the threshold it stops."
      table={table}
      empty={step ? null : 'Press Run: the first layer’s curve appears here.'}
      note={step ? <Sentence step={step} tasks={run.tasks} /> : ''}
      tools={step && <StepPlace run={run} step={step} />}
    >
      {(size) => step && <Curves run={run} step={step} predicted={predicted} {...size} />}
    </ChartFrame>
  );
}

interface CurvesProps {
  readonly run: RunState;
  readonly step: StepState;
  readonly predicted: Prediction | null;
  readonly width: number;
  readonly height: number;
}

function Curves({ run, step, predicted, width, height }: CurvesProps) {
  const { tasks } = run;
  const guess = predicted?.steps.find(({ group }) => group === step.group) ?? null;
  const rows = useMemo(
    () => mergeRows(oracleRows(step, run), guess ? predictedOracleRows(guess) : []),
    [step, run, guess],
  );
  const axes = useMemo(() => oracleAxes(step, rows), [step, rows]);
  const series = useMemo(() => oracleSeries(tasks, guess !== null), [tasks, guess]);
  const ringed = useMemo(() => violation(step, tasks), [step, tasks]);
  const limits = useMemo(
    () => [{ y: step.threshold, label: `threshold δ ${formatPercent(step.threshold)}` }],
    [step.threshold],
  );
  return (
    <LinePlot
      rows={rows}
      series={series}
      {...axes}
      exact={exactChange}
      endFormat={formatChange}
      describe={(row) => `${formatPercent(row.x, 0)} of the channels removed`}
      limits={limits}
      ringed={ringed}
      width={width}
      height={height}
    />
  );
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
    return { key: predictedKey(task), label: `${task}, predicted`, color, predicted: true };
  });
  return [...exact, ...guessed];
}

function violation(step: StepState, tasks: readonly string[]) {
  const { task, drop } = stopReason(step);
  const trial = step.trials.find(({ violatedBy }) => violatedBy !== null)?.trial;
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
      step {step.index + 1} of {run.order.length} · {formatCount(step.sizeBefore)} channels
    </span>
  );
}

const exactChange = (value: number) => formatChange(value, 2);
