import type { BackendChoice } from '../../workers/api';
import { studio } from './studio';
import { engine, sentence } from './worker';

const isChoice = (value: string): value is BackendChoice => ['auto', 'webgpu', 'wasm', 'cpu'].includes(value);

export async function switchBackend(choice: string): Promise<void> {
  if (!isChoice(choice)) return;
  studio.setState({ backendChoice: choice, backend: null, engineProblem: null });
  try {
    studio.setState({ backend: await engine.startBackend(choice) });
  } catch (error) {
    studio.setState({ engineProblem: sentence(error) });
  }
}
