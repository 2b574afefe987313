import { plural } from '../format/names';
import { formatBytes } from '../format/numbers';
import { cancelOpening } from '../state/files';
import { readiness } from '../state/readiness';
import { useLiveRun } from '../state/run-view';
import { useStale } from '../state/stale';
import { useStudio, type Progress, type RunLog } from '../state/studio';
import type { RunState } from '../../src/pruning/run-state';

/** Layer k of L, evaluations, elapsed, estimated rest: always one line, so that nothing jumps. */
export function RunProgress() {
  const run = useStudio((state) => state.run);
  const busy = useStudio((state) => state.busy);
  const live = useLiveRun();
  const { done, total } = busy ?? { done: finishedSteps(live), total: live.order.length };
  const ready = useStudio(readiness);
  const stale = useStale();
  const words = busy ? busyWords(busy) : runWords(run, live, ready, stale);
  return (
    <div className="run-progress">
      <div className="run-words">
        <p className="number soft" role={run.status === 'running' ? undefined : 'status'} title={words}>
          {words}
        </p>
        {busy?.opening && (
          <button type="button" className="button quiet" onClick={() => void cancelOpening()}>
            Cancel
          </button>
        )}
      </div>
      <progress max={Math.max(total, 1)} value={done} aria-label="Progress of the run" />
    </div>
  );
}

function busyWords({ what, done, total, opening }: Progress): string {
  const far = opening && total > 1 ? ` · ${formatBytes(done)} of ${formatBytes(total)}` : '';
  return `${what}…${far}`;
}

const finishedSteps = (live: RunState) => live.steps.filter(({ report }) => report).length;

const statusWords = { running: 'Running', paused: 'Paused', stopped: 'Stopped', done: 'Done' } as const;

function runWords(
  { status, problem, elapsed }: RunLog,
  live: RunState,
  ready: string,
  stale: boolean,
): string {
  if (status === 'failed') return problem ?? 'Failed.';
  if (status === 'none' || status === 'recorded' || (stale && status !== 'running')) return ready;
  const evaluations = live.steps.reduce((sum, { trials }) => sum + trials.length, 0);
  const done = finishedSteps(live);
  const layer = Math.min(done + 1, live.order.length);
  const parts = [
    statusWords[status],
    live.order.length > 0 && `layer ${layer} of ${live.order.length}`,
    plural(evaluations, 'evaluation'),
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
