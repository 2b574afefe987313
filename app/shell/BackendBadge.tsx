import { switchBackend } from '../state/backend';
import { isRecovering } from '../state/recovery';
import { useStudio } from '../state/studio';
import type { BackendChoice } from '../../workers/api';

const names = { webgpu: 'WebGPU', wasm: 'WASM', cpu: 'CPU' } as const;
const choices: readonly { readonly value: BackendChoice; readonly label: string }[] = [
  { value: 'auto', label: 'Automatic' },
  { value: 'webgpu', label: 'WebGPU' },
  { value: 'wasm', label: 'WASM' },
];

/** Which backend computes and why; the person may choose another between runs. */
export function BackendBadge() {
  const backend = useStudio((state) => state.backend);
  const choice = useStudio((state) => state.backendChoice);
  const running = useStudio((state) => state.run.status === 'running' || isRecovering(state));
  const failed = useStudio((state) => state.engineProblem !== null);
  const why = backend ? backend.why : failed ? 'The engine did not start.' : 'The engine is starting.';
  return (
    <select
      className="backend-badge"
      aria-label="Backend"
      title={why}
      value={choice}
      disabled={running || !(backend || failed)}
      onChange={(event) => void switchBackend(event.target.value)}
    >
      {choices.map(({ value, label }) => (
        <option key={value} value={value}>
          {value === choice && backend ? badge(label, names[backend.name]) : label}
        </option>
      ))}
    </select>
  );
}

const badge = (label: string, name: string) => (label === name ? name : `${name} (auto)`);
