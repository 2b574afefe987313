import type { StepState } from '../../src/pruning/run-state';
import { stoppingTrial } from '../charts/stop-sentence';
import { formatPercent } from './numbers';

/** The sentence that says why a step ended where it did. */
export function whyStopped(
  { report, trials, threshold, sizeBefore, group }: StepState,
  tasks: readonly string[],
): string {
  const last = stoppingTrial({ trials });
  if (!report)
    return `${group} is being tried: ${trials.length} ratios so far, threshold ${formatPercent(threshold)}.`;
  const removed = report.committed?.removed.length ?? 0;
  const outcome = removed > 0 ? `${removed} of ${sizeBefore} channels were removed.` : 'Nothing was removed.';
  if (!report.stoppedBy || !last) return `Every ratio stayed under ${formatPercent(threshold)}. ${outcome}`;
  const drop = last.trial.drops[report.stoppedBy] ?? NaN;
  const others = tasks.filter((task) => task !== report.stoppedBy);
  const quiet = others.map((task) => `${task} ${formatPercent(last.trial.drops[task] ?? NaN)}`).join(', ');
  const rest = quiet ? ` (${quiet})` : '';
  const atLeast = last.trial.bound === 'early-exit' ? 'at least ' : '';
  return (
    `Layer stopped: ${report.stoppedBy} would rise ${atLeast}${formatPercent(drop)} > ${formatPercent(threshold)}` +
    `${rest} with ${last.trial.removed} channels removed. ${outcome}`
  );
}
