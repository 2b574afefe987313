import { useStale } from '../state/stale';
import { useStudio } from '../state/studio';
import { ActionButton } from '../ui/ActionButton';

/** Run, pause, step, stop, reset. On narrow screens they stand in the dock instead of the top bar. */
export function RunControls({ place }: { readonly place: 'top' | 'dock' }) {
  const status = useStudio((state) => state.run.status);
  const stale = useStale();
  const text = stale ? 'Run exactly' : status === 'paused' ? 'Resume' : 'Run';
  return (
    <div className={`run-controls in-${place}`} role="group" aria-label="Run controls">
      {status === 'running' ? (
        <ActionButton id="pause" icon="pause" className="primary" />
      ) : (
        <ActionButton id="run" icon="run" className="primary" text={text} />
      )}
      <ActionButton id="stepTrial" icon="step" />
      <ActionButton id="stop" icon="stop" />
      <ActionButton id="reset" icon="reset" />
    </div>
  );
}
