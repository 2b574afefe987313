import type { MemoryInUse, MemoryPlan } from '../../workers/api';
import { formatBytes, formatCount, formatPercent } from '../format/numbers';
import { changeMemoryBudget, useMemoryBudget, useMemoryInUse, useMemoryPlan } from '../state/memory';
import { useStudio } from '../state/studio';

/** What a run is going to hold, the limit on it, and what is held now. */
export function MemoryFigures() {
  const { value: plan, problem } = useMemoryPlan();
  const inUse = useMemoryInUse();
  return (
    <>
      {plan && problem === null && <Plan plan={plan} />}
      <Budget />
      {inUse && <p className="soft number memory-in-use">{inUseWords(inUse)}</p>}
    </>
  );
}

function Plan({ plan }: { readonly plan: MemoryPlan }) {
  const { weightBytes, batchBytes, keptBytes } = plan;
  return (
    <>
      <p className="number">
        A run takes up to <strong>{formatBytes(weightBytes + batchBytes + keptBytes)}</strong>:{' '}
        {formatBytes(keptBytes)} of kept activations, {formatBytes(batchBytes)} for a batch of{' '}
        {plan.batchSize}, {formatBytes(weightBytes)} of weights
        {plan.workers > 1 && `, in ${plan.workers} workers`}.
      </p>
      {limitWords(plan).map((words) => (
        <p key={words} className="notice">
          {words}
        </p>
      ))}
    </>
  );
}

/** What the budget costs, where it does. */
function limitWords({ batchSize, freeBatchSize, keptBytes, wishedBytes }: MemoryPlan): string[] {
  const smaller =
    batchSize < freeBatchSize
      ? [`To stay within the budget, batches are smaller: ${batchSize} samples instead of ${freeBatchSize}.`]
      : [];
  const share = keptBytes / wishedBytes;
  const again =
    share < 1
      ? [
          `${formatPercent(share, 0)} of the activations worth keeping fit; the rest is computed again when needed.`,
        ]
      : [];
  return [...smaller, ...again];
}

const megabyte = 2 ** 20;
const choices = [16, 64, 128, 256, 512, 1024, 2048];

function Budget() {
  const bytes = useMemoryBudget();
  const running = useStudio((state) => state.run.status === 'running');
  return (
    <label className="stacked">
      Memory for kept activations
      <select
        className="field"
        value={bytes ?? ''}
        disabled={running}
        onChange={({ target }) => changeMemoryBudget(target.value === '' ? null : Number(target.value))}
      >
        <option value="">Automatic: up to 512 MB</option>
        {choices.map((size) => (
          <option key={size} value={size * megabyte}>
            Up to {size < 1024 ? `${size} MB` : `${size / 1024} GB`}
          </option>
        ))}
      </select>
    </label>
  );
}

function inUseWords({ tensors, bytes, deviceBytes, heapBytes }: MemoryInUse): string {
  const around =
    deviceBytes !== null
      ? `, ${formatBytes(deviceBytes)} on the device`
      : heapBytes !== null
        ? `, WASM heap ${formatBytes(heapBytes)}`
        : '';
  return `Now: ${formatCount(tensors)} tensors, ${formatBytes(bytes)}${around}.`;
}
