import type { Report } from '../../src/pruning/report';
import type { RunState } from '../../src/pruning/run-state';
import { formatChange, formatCount, formatMacs, formatPercent, significant } from '../format/numbers';
import { runInWords, useComparedRun } from '../state/compare';
import { usePrediction } from '../state/prediction';
import { useSettledRun } from '../state/run-view';
import { useStudio } from '../state/studio';
import { ActionButton } from '../ui/ActionButton';
import { OutcomeCosts } from './OutcomeCosts';
import { OutcomeTasks } from './OutcomeTasks';
import { Panel } from './Panel';
import './OutcomePanel.css';

/** Before → after: cost and each task's loss and metric; the prediction and a compared run beside the exact figures. */
export function OutcomePanel() {
  const run = useSettledRun();
  const model = useStudio((state) => state.model);
  const predicted = usePrediction();
  const compared = useComparedRun();
  const { original, report } = run;
  if (!model) return <Panel title="Outcome" summary="Figures appear here when a model is open." />;
  return (
    <Panel title="Outcome">
      <OutcomeCosts before={original ?? model} run={run} predicted={predicted} compared={compared} />
      {original && <OutcomeTasks run={run} original={original} predicted={predicted} compared={compared} />}
      {report && <Work report={report} run={run} />}
      {report?.check?.map(({ task, relativeLoss, bound, within }) => (
        <p key={task} className={within ? 'soft' : 'problem'}>
          {task}: {formatChange(relativeLoss - 1)} of the allowed {formatChange(bound - 1)}
          {within ? '.' : ': the bound is exceeded on the rebuilt network.'}
        </p>
      ))}
      {compared && <p className="soft number">Other: the run with {runInWords(compared)}.</p>}
      <div className="outcome-actions">
        <ActionButton id="compare" />
        {compared && <ActionButton id="stopComparing" />}
      </div>
    </Panel>
  );
}

/** What the run cost, against re-running the whole network for every candidate. */
function Work({ report, run }: { readonly report: Report; readonly run: RunState }) {
  const { evaluations, macs, naiveMacs, recoveryMacs = 0 } = report.work;
  const trials = run.steps.flatMap((step) => step.trials);
  const remembered = trials.filter((trial) => trial.remembered).length;
  return (
    <p className="soft number">
      {formatCount(evaluations)} evaluations
      {macs > 0 &&
        ` with ${significant(naiveMacs / macs, 2)}× less work than re-running the network each time`}
      {recoveryMacs > 0 && `; recovery between them took ${formatMacs(recoveryMacs)} more`}
      {remembered > 0 &&
        `; ${formatPercent(remembered / trials.length, 0)} of the trials were remembered from earlier runs`}
      .
    </p>
  );
}
