import type { TaskLosses } from '../../src/engine/oracle';
import type { Prediction } from '../../src/pruning/predict';
import type { ModelFigures } from '../../src/pruning/report';
import type { RunState } from '../../src/pruning/run-state';
import { isShare } from '../../src/tasks/catalogue';
import type { TaskSpec } from '../../src/tasks/task';
import { formatChange, formatLoss, formatPercent } from '../format/numbers';
import { useStudio } from '../state/studio';
import { TaskMark } from '../ui/TaskMark';

interface Props {
  readonly run: RunState;
  readonly original: ModelFigures;
  readonly predicted: Prediction | null;
  readonly compared: RunState | null;
}

/** Each task's loss and metric before and after; as predicted, and as in the run that is compared with. */
export function OutcomeTasks({ run, original, predicted, compared }: Props) {
  const specs = useStudio((state) => state.run.setup?.tasks ?? state.tasks);
  const baseline = useStudio((state) => state.profile?.baseline ?? original.losses);
  return (
    <table className="outcome number">
      <thead>
        <tr>
          <th scope="col">Task</th>
          <th scope="col">Loss</th>
          <th scope="col">Metric</th>
        </tr>
      </thead>
      <tbody>
        {run.tasks.map((task) => {
          const write = metricFormat(specs.find(({ name }) => name === task));
          return (
            <tr key={task}>
              <th scope="row">
                <TaskMark tasks={run.tasks} task={task} /> {task}
              </th>
              <td>
                {formatLoss(original.losses[task] ?? NaN)} → {formatLoss(run.losses[task] ?? NaN)}
                <span className="change">{rise(run.losses, original.losses, task)}</span>
                {predicted && (
                  <span className="change">predicted {rise(predicted.final.losses, baseline, task)}</span>
                )}
                {compared?.original && (
                  <span className="change">
                    other {rise(compared.losses, compared.original.losses, task)}
                  </span>
                )}
              </td>
              <td>
                {write(original.metrics[task])}
                {run.report && ` → ${write(run.report.final.metrics[task])}`}
                {compared?.report && (
                  <span className="change">other {write(compared.report.final.metrics[task])}</span>
                )}
              </td>
            </tr>
          );
        })}
      </tbody>
    </table>
  );
}

const rise = (losses: TaskLosses, base: TaskLosses, task: string) =>
  formatChange((losses[task] ?? NaN) / (base[task] ?? NaN) - 1);

/** Errors are in the labels' own unit; the rest are shares. */
function metricFormat(spec: TaskSpec | undefined): (value: number | undefined) => string {
  const write = spec && !isShare(spec) ? formatLoss : formatPercent;
  return (value) => (value === undefined ? '–' : write(value));
}
