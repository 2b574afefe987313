import type { ReactNode } from 'react';
import type { RecoveryMethod } from '../../src/recovery/events';
import { defaultRounds, type FineTuneSettings, type RoundsSettings } from '../../src/recovery/settings';
import type { TuningRole, TuningSetSummary } from '../../workers/recovery-api';
import { formatCount } from '../format/numbers';
import { NumberListField } from '../rail/NumberListField';
import { changeRecovery, openTuningSet } from '../state/recovery';
import type { RecoveryState } from '../state/recovery-state';
import { methodHints, methodNames, networkName } from './words';

const methods: readonly RecoveryMethod[] = ['least-squares', 'batch-norm', 'scale-bias', 'fine-tune'];

/** How a network is recovered: from which one, by what, on which samples, and whether it is pruned further. */
export function RecoverySettings({ recovery }: { readonly recovery: RecoveryState }) {
  const { settings, rounds, from, networks, status } = recovery;
  const disabled = status === 'running' || status === 'paused';
  const tuned = settings.methods.includes('fine-tune');
  return (
    <fieldset className="recovery-settings" disabled={disabled}>
      <legend className="visually-hidden">Settings of the recovery</legend>
      <label className="stacked">
        Network
        <select
          className="field"
          value={from ?? ''}
          onChange={({ target }) => changeRecovery({ from: target.value === '' ? null : target.value })}
        >
          <option value="">That of the last run</option>
          {networks
            .filter(({ stage }) => stage !== 'original')
            .map((network) => (
              <option key={network.id} value={network.id}>
                {networkName(network)}
              </option>
            ))}
        </select>
      </label>
      <div role="group" aria-label="Methods" className="recovery-methods">
        {methods.map((method) => (
          <label key={method} title={methodHints[method]}>
            <input
              type="checkbox"
              checked={settings.methods.includes(method)}
              onChange={() =>
                changeRecovery({ settings: { ...settings, methods: toggled(settings.methods, method) } })
              }
            />
            {methodNames[method]}
          </label>
        ))}
      </div>
      {tuned && <Tuning recovery={recovery} />}
      <Rounds rounds={rounds} />
    </fieldset>
  );
}

/** In the order that suits them: what needs no gradients goes first. */
function toggled(chosen: readonly RecoveryMethod[], method: RecoveryMethod): RecoveryMethod[] {
  return methods.filter((one) => (one === method ? !chosen.includes(one) : chosen.includes(one)));
}

function Tuning({ recovery }: { readonly recovery: RecoveryState }) {
  const { settings, sets } = recovery;
  const { fineTune } = settings;
  const change = (part: Partial<FineTuneSettings>) =>
    changeRecovery({ settings: { ...settings, fineTune: { ...fineTune, ...part } } });
  const held = typeof fineTune.validation === 'number' ? fineTune.validation : 0.1;
  return (
    <details open>
      <summary>Fine-tuning: {fineTune.epochs} epochs</summary>
      <div className="grid-2">
        <NumberListField
          label="Epochs"
          value={[fineTune.epochs]}
          onChange={([epochs]) =>
            epochs !== undefined && epochs >= 1 && change({ epochs: Math.round(epochs) })
          }
        />
        <NumberListField
          label="Learning rate"
          value={[fineTune.learningRate]}
          onChange={([rate]) => rate !== undefined && rate > 0 && change({ learningRate: rate })}
        />
        <NumberListField
          label="Batch"
          value={[fineTune.batchSize]}
          onChange={([size]) => size !== undefined && size >= 1 && change({ batchSize: Math.round(size) })}
        />
        <NumberListField
          label="Held out, %"
          value={[held * 100]}
          onChange={([percent]) =>
            percent !== undefined && percent > 0 && percent < 100 && change({ validation: percent / 100 })
          }
        />
      </div>
      <SetField role="train" label="Training set" none="the calibration set" set={sets.train} />
      <SetField role="validation" label="Validation set" none="the part held out" set={sets.validation} />
      <label className="recovery-check">
        <input
          type="checkbox"
          checked={fineTune.scratch.includes('E')}
          onChange={({ target }) => change({ scratch: target.checked ? ['E'] : [] })}
        />
        Train it from scratch too, as long, to compare
      </label>
    </details>
  );
}

interface SetFieldProps {
  readonly role: TuningRole;
  readonly label: string;
  /** What is used where there is none. */
  readonly none: string;
  readonly set: TuningSetSummary | null;
}

function SetField({ role, label, none, set }: SetFieldProps): ReactNode {
  return (
    <div className="recovery-set">
      <span>
        {label}:{' '}
        <span className="soft number">{set ? `${set.file}, ${formatCount(set.count)} samples` : none}</span>
      </span>
      {set ? (
        <button type="button" className="button quiet" onClick={() => void openTuningSet(role, null)}>
          Let go
        </button>
      ) : (
        <span className="button file-button">
          Open
          <input
            type="file"
            multiple
            aria-label={`Open a ${label.toLowerCase()}`}
            onChange={({ target }) => {
              const files = [...(target.files ?? [])].map((blob) => ({ name: blob.name, blob }));
              target.value = '';
              if (files.length > 0) void openTuningSet(role, files);
            }}
          />
        </span>
      )}
    </div>
  );
}

function Rounds({ rounds }: { readonly rounds: RoundsSettings | null }) {
  const change = (part: Partial<RoundsSettings>) =>
    changeRecovery({ rounds: { ...(rounds ?? defaultRounds), ...part } });
  return (
    <>
      <label className="recovery-check">
        <input
          type="checkbox"
          checked={rounds !== null}
          onChange={({ target }) => changeRecovery({ rounds: target.checked ? defaultRounds : null })}
        />
        Prune and recover in rounds
      </label>
      {rounds && (
        <div className="grid-2">
          <NumberListField
            label="At most, rounds"
            value={[rounds.count]}
            onChange={([count]) => count !== undefined && count >= 1 && change({ count: Math.round(count) })}
          />
          <NumberListField
            label="Until MACs left, %"
            value={rounds.macs === null ? [] : [rounds.macs * 100]}
            onChange={([percent]) => change({ macs: percent ? Math.min(1, percent / 100) : null })}
          />
          <NumberListField
            label="Metrics may lose, points"
            value={rounds.metricDrop === null ? [] : [rounds.metricDrop * 100]}
            onChange={([points]) => change({ metricDrop: points === undefined ? null : points / 100 })}
          />
          <NumberListField
            label="δ rises a round by"
            value={[rounds.deltaSlope]}
            onChange={([slope]) => slope !== undefined && change({ deltaSlope: slope })}
          />
        </div>
      )}
    </>
  );
}
