import type { BackendInfo } from '../../workers/api';
import { significant } from '../format/numbers';
import { useStudio } from '../state/studio';
import { MemoryFigures } from './MemoryFigures';
import { Panel } from './Panel';

const names = { webgpu: 'WebGPU', wasm: 'WASM', cpu: 'plain JavaScript' } as const;

/** Which backend computes, why that one, what its start-up self-test found, and the memory that a run takes. */
export function EnginePanel() {
  const backend = useStudio((state) => state.backend);
  if (!backend) return <Panel title="Engine" summary="The engine is starting." />;
  return (
    <Panel title="Engine" summary={`Computes on ${names[backend.name]}. ${backend.why}`}>
      <p className="soft number">{selfTestWords(backend)}</p>
      <MemoryFigures />
    </Panel>
  );
}

function selfTestWords({ selfTest, maxDifference }: BackendInfo): string {
  if (selfTest === 'skipped') return 'WebGPU is not in use, so its self-test was not needed.';
  const difference = maxDifference === null ? '' : ` (largest difference ${significant(maxDifference, 2)})`;
  return selfTest === 'passed'
    ? `Self-test: WebGPU agrees with WASM on a small network${difference}.`
    : `Self-test: WebGPU disagrees with WASM on a small network${difference}, so it is not used.`;
}
