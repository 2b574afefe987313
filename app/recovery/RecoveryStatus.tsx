import type { RecoveryState } from '../state/recovery-state';
import { ActionButton } from '../ui/ActionButton';
import { progressShare, progressWords } from './words';

/** What can be done now, and where the recovery stands; always as high, so that nothing jumps. */
export function RecoveryStatus({ recovery }: { readonly recovery: RecoveryState }) {
  const { status, progress, check } = recovery;
  return (
    <>
      <div className="recovery-actions" role="group" aria-label="Recovery controls">
        {status === 'running' ? (
          <ActionButton id="pauseRecovery" icon="pause" className="primary" text="Pause" />
        ) : (
          <ActionButton
            id="recover"
            icon="run"
            className="primary"
            text={status === 'paused' ? 'Resume' : 'Recover'}
          />
        )}
        <ActionButton id="stopRecovery" icon="stop" text="Stop" />
        <ActionButton id="halve" text="Halve the MACs" />
      </div>
      <div className="recovery-progress">
        <p className="number soft" role={status === 'running' ? undefined : 'status'}>
          {statusWords(recovery)}
        </p>
        <progress
          max={1}
          value={status === 'done' ? 1 : progressShare(progress)}
          aria-label="Progress of the recovery"
        />
      </div>
      {status === 'failed' && (
        <p className="problem" role="alert">
          The recovery failed: {recovery.problem}
        </p>
      )}
      {status !== 'running' &&
        check.problems.map((problem) => (
          <p key={problem} className="problem" role="alert">
            {problem}
          </p>
        ))}
      {warnings(recovery).map((warning) => (
        <p key={warning} className="notice">
          {warning}
        </p>
      ))}
    </>
  );
}

function statusWords({ status, progress, rounds, from }: RecoveryState): string {
  switch (status) {
    case 'running':
      return progressWords(progress);
    case 'paused':
      return `Paused: ${progressWords(progress)}`;
    case 'done':
      return progress.message ?? 'Done. The network is among the networks, ready to be saved.';
    case 'stopped':
      return 'Stopped. The networks made so far are kept.';
    case 'failed':
      return 'Failed.';
    case 'none':
      if (rounds !== null) return 'Ready: prunes and recovers in rounds.';
      return from === null
        ? 'Recovers the network of the last run here; or press “Halve the MACs”.'
        : 'Recovers the chosen network.';
  }
}

function warnings({ check, progress }: RecoveryState): readonly string[] {
  const training = progress.tunings.recovery?.began.warnings ?? [];
  const diverged = Object.values(progress.tunings).flatMap(({ ended }) => ended?.message ?? []);
  return [...new Set([...check.warnings, ...training, ...diverged])];
}
