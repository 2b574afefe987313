import { readCalibration } from '../../calibration/index';
import { startBackend } from '../../engine/backends';
import { onnxFormat } from '../../formats/onnx/index';
import { createSession, type Session } from '../../session/index';
import type { TaskSpec } from '../../tasks/task';
import { goldenBytes, goldenJson, type GoldenCase, type GoldenRun } from '../../testing/golden';
import { defaultSettings } from '../recipe-defaults';
import type { PagcpSettings } from '../recipe';

/** A golden model with its calibration set and tasks, on WASM. */
export async function goldenSession(name: GoldenCase): Promise<Session> {
  await startBackend('wasm');
  const model = { name: 'model.onnx', bytes: goldenBytes(name, 'model.onnx') };
  const calibration = { name: 'calibration.npz', bytes: goldenBytes(name, 'calibration.npz') };
  return createSession({
    artifact: onnxFormat.read([model]),
    calibration: readCalibration([calibration]),
    spec: {
      file: calibration.name,
      input: 'x',
      layout: 'NHWC',
      scale: 1 / 255,
      mean: [0],
      std: [1],
      limit: null,
    },
    tasks: goldenJson(name, 'tasks.json') as TaskSpec[],
    method: { ...defaultSettings, delta: 0.1, lambda: 1 },
    exclude: [],
  });
}

export function goldenSettings({ mode, delta, alpha, topk }: GoldenRun): PagcpSettings {
  return { ...defaultSettings, mode, delta, alpha, topK: topk };
}
