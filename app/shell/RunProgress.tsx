import { useLiveRun } from '../state/run-view';
import { useStudio } from '../state/studio';
import type { RunState } from '../../src/pruning/run-state';

/** Layer k of L, evaluations, elapsed, estimated rest: always one line, so that nothing jumps. */
export function RunProgress() {
  const run = useStudio((state) => state.run);
  const busy = useStudio((state) => state.busy);
  const live = useLiveRun();
  const { done, total } = busy ?? { done: finishedSteps(live), total: live.order.length };
  const words = busy ? `${busy.what}…` : progressWords(run.status, run.problem, live, run.elapsed);
  return (
    <div className="run-progress">
      <p className="number soft" role="status" title={words}>
        {words}
      </p>
      <progress max={Math.max(total, 1)} value={done} aria-label="Progress of the run" />
    </div>
  );
}

const finishedSteps = (live: RunState) => live.steps.filter(({ report }) => report).length;

const statusWords = {
  none: 'Ready. Press Run.',
  recorded: 'A recorded run. Press Run to repeat it here.',
  running: 'Running',
  paused: 'Paused',
  stopped: 'Stopped',
  done: 'Done',
  failed: 'Failed',
} as const;

function progressWords(
  status: keyof typeof statusWords,
  problem: string | null,
  live: RunState,
  elapsed: number,
): string {
  if (status === 'failed') return problem ?? statusWords.failed;
  if (status === 'none' || status === 'recorded') return statusWords[status];
  const evaluations = live.steps.reduce((sum, { trials }) => sum + trials.length, 0);
  const done = finishedSteps(live);
  const layer = Math.min(done + 1, live.order.length);
  const parts = [
    statusWords[status],
    live.order.length > 0 && `layer ${layer} of ${live.order.length}`,
    `${evaluations} evaluations`,
    seconds(elapsed),
    status === 'running' &&
      done > 0 &&
      `about ${seconds((elapsed / done) * (live.order.length - done))} left`,
  ];
  return parts.filter(Boolean).join(' · ');
}

function seconds(ms: number): string {
  const whole = Math.round(ms / 1000);
  return whole < 60 ? `${whole} s` : `${Math.floor(whole / 60)} min ${whole % 60} s`;
}
