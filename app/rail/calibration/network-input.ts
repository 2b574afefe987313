import type { ModelSummary } from '../../../workers/api';
import { useStudio } from '../../state/studio';

export interface NetworkInput {
  /** Pixels of the shorter side; 0 where the input is no picture. */
  readonly shorter: number;
  readonly channels: number;
}

export function useNetworkInput(): NetworkInput {
  const model = useStudio((state) => state.model);
  return networkInput(model);
}

function networkInput(model: ModelSummary | null): NetworkInput {
  const shape = model?.inputs[0]?.shape.slice(1).map((length) => length ?? 1) ?? [];
  const [a = 0, b = 0, c = 0] = shape;
  if (shape.length !== 3) return { shorter: 0, channels: 0 };
  return model?.format.startsWith('onnx')
    ? { shorter: Math.min(b, c), channels: a }
    : { shorter: Math.min(a, b), channels: c };
}
