import { useId, type KeyboardEvent } from 'react';
import type { Predictions } from '../../src/inspect';
import { ChartMenu } from '../charts/ChartMenu';
import type { ChartTable } from '../charts/table';
import { useChartTasks } from '../charts/use-chart-tasks';
import { formatCount } from '../format/numbers';
import { networkName } from '../recovery/words';
import { useInspectedNetwork } from '../state/inspected-network';
import { changeOrder, pageSize, turnPage, useLooking, usePredictions } from '../state/predictions';
import { useClassNames } from '../state/class-names';
import { useSettledRun } from '../state/run-view';
import { pickTask, useSelection } from '../state/selection';
import { useCanLook } from '../state/shown-setup';
import type { Answer } from '../state/use-answer';
import { NetworkChoice } from '../views/NetworkChoice';
import './PredictionsView.css';
import { SampleCard } from './SampleCard';

/** Sample by sample, what the tasks answer with the unpruned network and with the one on show. */
export function PredictionsView() {
  const id = useId();
  const run = useSettledRun();
  const tasks = useChartTasks(run.tasks);
  const task = useSelection(({ task }) => (task !== null && tasks.includes(task) ? task : null));
  const sample = useSelection((state) => state.sample);
  const answer = usePredictions();
  const nameOf = useClassNames();
  const chosen = useInspectedNetwork();
  const samples = answer.value?.samples ?? [];
  return (
    <section className="card chart predictions" aria-labelledby={id}>
      <header>
        <h3 id={id}>Predictions</h3>
        <Tools tasks={tasks} task={task} total={answer.value?.total ?? 0} />
        <ChartMenu title="Predictions" table={lossTable(answer.value)} />
      </header>
      <p className="chart-help">
        The unpruned network’s answers, and those of {whoWords(chosen, run.report !== null)}; the samples
        whose loss rose most come first.
      </p>
      {answer.problem !== null && (
        <p className="problem" role="alert">
          {answer.problem}
        </p>
      )}
      {samples.length === 0 && answer.problem === null && <Empty answer={answer} />}
      <ul className="samples" aria-busy={answer.waiting} onKeyDown={moveBetweenSamples}>
        {samples.map((one) => (
          <SampleCard
            key={one.index}
            sample={one}
            tasks={tasks}
            only={task}
            picked={sample === one.index}
            nameOf={nameOf}
          />
        ))}
      </ul>
    </section>
  );
}

const whoWords = (chosen: string | null, ended: boolean) =>
  chosen === null ? `the network ${ended ? 'as pruned' : 'at this step'}` : networkName({ label: chosen });

interface ToolsProps {
  readonly tasks: readonly string[];
  readonly task: string | null;
  readonly total: number;
}

function Tools({ tasks, task, total }: ToolsProps) {
  const { order, first } = useLooking();
  const last = Math.min(first + pageSize, total);
  return (
    <div className="predictions-tools">
      <NetworkChoice />
      <select
        className="field"
        aria-label="Order of the samples"
        value={order}
        onChange={(event) => changeOrder(event.target.value === 'file' ? 'file' : 'worst')}
      >
        <option value="worst">Rose most first</option>
        <option value="file">As in the file</option>
      </select>
      <select
        className="field"
        aria-label="Task"
        value={task ?? ''}
        onChange={(event) => pickTask(event.target.value === '' ? null : event.target.value)}
      >
        <option value="">All tasks</option>
        {tasks.map((name) => (
          <option key={name} value={name}>
            {name}
          </option>
        ))}
      </select>
      <div className="pager number" role="group" aria-label="Samples on show">
        <button
          type="button"
          className="icon-button"
          aria-label="Samples before"
          disabled={first === 0}
          onClick={() => turnPage(-1, total)}
        >
          ‹
        </button>
        <span>{total > 0 ? `${first + 1}–${last} of ${formatCount(total)}` : '–'}</span>
        <button
          type="button"
          className="icon-button"
          aria-label="Next samples"
          disabled={last >= total}
          onClick={() => turnPage(1, total)}
        >
          ›
        </button>
      </div>
    </div>
  );
}

function Empty({ answer }: { readonly answer: Answer<Predictions> }) {
  const canLook = useCanLook();
  const words = !canLook
    ? 'Open a model and a calibration set: what the network makes of the samples appears here.'
    : answer.waiting
      ? 'Running the samples through both networks…'
      : 'Add a task: its answers appear here.';
  return <p className="predictions-empty">{words}</p>;
}

function lossTable(predictions: Predictions | null): ChartTable {
  return {
    columns: [
      { name: 'Sample' },
      { name: 'Task' },
      { name: 'Loss before' },
      { name: 'Loss after' },
      { name: 'Rise' },
    ],
    rows: (predictions?.samples ?? []).flatMap(({ index, tasks }) =>
      tasks.map(({ task, before, after }) => [
        index,
        task,
        before.loss,
        after.loss,
        after.loss - before.loss,
      ]),
    ),
  };
}

function moveBetweenSamples(event: KeyboardEvent<HTMLUListElement>): void {
  const by = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
  if (by === undefined) return;
  const names = [...event.currentTarget.querySelectorAll<HTMLButtonElement>('.sample-name')];
  const next = names[names.findIndex((name) => name === document.activeElement) + by];
  if (!next) return;
  event.preventDefault();
  next.focus();
}
