import type { TaskLosses } from '../../src/engine/oracle';
import type { TrialMeasured } from '../../src/pruning/events';
import type { StepState } from '../../src/pruning/run-state';
import { formatPercent } from '../format/numbers';

/** Why a step ended, or how it stands: the words every view uses. */
export interface StopReason {
  readonly state: 'searching' | 'stopped' | 'exhausted';
  /** The task that stopped it, with its drop there. */
  readonly task: string | null;
  readonly drop: number | null;
  /** The drop is a lower bound: its evaluation ended as soon as the violation was certain. */
  readonly atLeast: boolean;
}

/** The trial that forbids to remove more: of those that violate, the one that removes least. */
export function stoppingTrial({ trials }: Pick<StepState, 'trials'>): TrialMeasured | null {
  return trials
    .filter(({ violatedBy }) => violatedBy !== null)
    .reduce<TrialMeasured | null>(
      (least, trial) => (least && least.trial.removed <= trial.trial.removed ? least : trial),
      null,
    );
}

export function stopReason(step: StepState): StopReason {
  const violation = stoppingTrial(step);
  const task = step.report?.stoppedBy ?? violation?.violatedBy ?? null;
  if (task === null)
    return { state: step.report ? 'exhausted' : 'searching', task, drop: null, atLeast: false };
  const drop = violation?.trial.drops[task] ?? null;
  return { state: 'stopped', task, drop, atLeast: violation?.trial.bound === 'early-exit' };
}

/** The sentence in parts, so that the page can set the task's name in its colour. */
export function stopSentence(step: StepState): readonly [before: string, task: string, after: string] {
  const { state, task, drop, atLeast } = stopReason(step);
  const limit = formatPercent(step.threshold);
  if (state === 'stopped' && task !== null) {
    const rise =
      drop === null ? 'more than allowed' : `${atLeast ? 'at least ' : ''}${formatPercent(drop)} > ${limit}`;
    return ['Layer stopped: ', task, ` would rise ${rise}`];
  }
  if (state === 'exhausted') return [`Every ratio passed: no task rises above ${limit}`, '', ''];
  const last = step.trials.at(-1);
  if (!last) return [`Searching: nothing may rise above ${limit}`, '', ''];
  const worst = highest(last.trial.drops);
  if (!worst) return [`Searching: ${formatPercent(last.trial.ratio, 0)} of the channels passes`, '', ''];
  return [
    `Searching: ${formatPercent(last.trial.ratio, 0)} passes, `,
    worst.task,
    ` rises most: ${formatPercent(worst.drop)} ≤ ${limit}`,
  ];
}

export function highest(drops: TaskLosses): { readonly task: string; readonly drop: number } | null {
  const entries = Object.entries(drops).map(([task, drop]) => ({ task, drop }));
  return entries.length > 0 ? entries.reduce((a, b) => (b.drop > a.drop ? b : a)) : null;
}
