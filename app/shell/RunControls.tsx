import { useStudio } from '../state/studio';
import { ActionButton } from '../ui/ActionButton';

/** Run, pause, step, stop, reset. On narrow screens they stand in the dock instead of the top bar. */
export function RunControls({ place }: { readonly place: 'top' | 'dock' }) {
  const status = useStudio((state) => state.run.status);
  return (
    <div className={`run-controls ${place}`} role="group" aria-label="Run controls">
      {status === 'running' ? (
        <ActionButton id="pause" icon="⏸" className="primary" />
      ) : (
        <ActionButton
          id="run"
          icon="▶"
          className="primary"
          {...(status === 'paused' && { text: 'Resume' })}
        />
      )}
      <ActionButton id="stepTrial" icon="⏭" />
      <ActionButton id="stop" icon="⏹" />
      <ActionButton id="reset" icon="↺" />
    </div>
  );
}
