import type { TaskLosses } from '../../src/engine/oracle';
import { formatChange, formatLoss, formatMacs, formatParams, formatPercent } from '../format/numbers';
import { usePrediction } from '../state/prediction';
import { useSettledRun } from '../state/run-view';
import { useStudio } from '../state/studio';
import { TaskMark } from '../ui/TaskMark';
import { Term } from '../ui/Term';
import { Panel } from './Panel';
import './OutcomePanel.css';

/** Before → after: cost and each task's loss and metric; the prediction beside the exact figures. */
export function OutcomePanel() {
  const run = useSettledRun();
  const model = useStudio((state) => state.model);
  const predicted = usePrediction();
  const original = run.original;
  if (!model) return <Panel title="Outcome" summary="Figures appear here when a model is open." />;
  const macs = original?.macs ?? model.macs;
  const params = original?.params ?? model.params;
  return (
    <Panel title="Outcome">
      <table className="outcome number">
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">Figure</span>
            </th>
            <th scope="col">Before</th>
            <th scope="col">{run.report ? 'After' : 'So far'}</th>
            {predicted && <th scope="col">Predicted</th>}
          </tr>
        </thead>
        <tbody>
          <tr>
            <th scope="row">
              <Term id="macs">MACs</Term>
            </th>
            <td>{formatMacs(macs)}</td>
            <td>{original ? <Changed figure={formatMacs(run.macs)} factor={run.macs / macs} /> : '–'}</td>
            {predicted && <td className="predicted">{formatChange(predicted.final.macs / macs - 1, 0)}</td>}
          </tr>
          <tr>
            <th scope="row">Params</th>
            <td>{formatParams(params)}</td>
            <td>
              {original ? `${formatParams(run.params)} (${formatChange(run.params / params - 1, 0)})` : '–'}
            </td>
            {predicted && (
              <td className="predicted">{formatChange(predicted.final.params / params - 1, 0)}</td>
            )}
          </tr>
        </tbody>
      </table>
      {original && (
        <table className="outcome number">
          <thead>
            <tr>
              <th scope="col">Task</th>
              <th scope="col">Loss</th>
              <th scope="col">Metric</th>
            </tr>
          </thead>
          <tbody>
            {run.tasks.map((task) => (
              <tr key={task}>
                <th scope="row">
                  <TaskMark tasks={run.tasks} task={task} /> {task}
                </th>
                <td>
                  {formatLoss(original.losses[task] ?? NaN)} → {formatLoss(run.losses[task] ?? NaN)}{' '}
                  <span className="soft">({rise(run.losses, original.losses, task)})</span>
                </td>
                <td>
                  {metric(original.metrics, task)}
                  {run.report && ` → ${metric(run.report.final.metrics, task)}`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {run.report && <WorkLine {...run.report.work} />}
      {run.report?.check?.map(({ task, relativeLoss, bound, within }) => (
        <p key={task} className={within ? 'soft' : 'problem'}>
          {task}: {formatChange(relativeLoss - 1)} of the allowed {formatChange(bound - 1)}
          {within ? '.' : ': the bound is exceeded on the rebuilt network.'}
        </p>
      ))}
    </Panel>
  );
}

const rise = (losses: TaskLosses, base: TaskLosses, task: string) =>
  formatChange((losses[task] ?? NaN) / (base[task] ?? NaN) - 1);

const metric = (metrics: TaskLosses, task: string) => {
  const value = metrics[task];
  return value === undefined ? '–' : formatPercent(value);
};

function Changed({ figure, factor }: { readonly figure: string; readonly factor: number }) {
  return (
    <>
      {figure} <span className="change">{formatChange(factor - 1, 0)}</span>
    </>
  );
}

function WorkLine({
  evaluations,
  macs,
  naiveMacs,
}: {
  readonly evaluations: number;
  readonly macs: number;
  readonly naiveMacs: number;
}) {
  if (macs === 0) return null;
  return (
    <p className="soft number">
      {evaluations} evaluations with {(naiveMacs / macs).toFixed(1)}× less work than re-running the network
      each time.
    </p>
  );
}
