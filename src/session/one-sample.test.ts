import { beforeAll, expect, it } from 'vitest';
import { noise } from '../engine/testing/compare';
import { startWasm } from '../engine/testing/wasm';
import { readModel } from '../formats';
import { runOnnx } from '../formats/onnx/testing/agreement';
import { fixedBatch } from '../formats/onnx/testing/architectures/fixed-batch';
import { tinyModel, type TinyModel } from '../formats/onnx/testing/tiny';
import { pagcp } from '../pruning/pagcp';
import { defaultSettings } from '../pruning/recipe-defaults';
import type { NamedBytes } from '../util/files';
import { createSession, type Session } from '.';

beforeAll(startWasm);

const COUNT = 6;
const settings = { ...defaultSettings, delta: 20, lambda: 1, ratios: [0.2, 0.4] };

/** Samples, and for each output the task of changing as little as can be. */
function open(model: TinyModel): Promise<Session> {
  const artifact = readModel([{ name: 'model.onnx', bytes: tinyModel(model) }]);
  const shape = [COUNT, ...(artifact.graph.inputs[0]?.shape.slice(1) ?? []).map((dim) => dim ?? 1)];
  const data = noise(
    shape.reduce((product, dim) => product * dim),
    3,
  );
  return createSession({
    artifact,
    calibration: { file: 'set.npz', arrays: new Map([['x', { name: 'x', dtype: 'float32', shape, data }]]) },
    spec: { file: 'set.npz', input: 'x', layout: 'NCHW', scale: 1, mean: [0], std: [1], limit: null },
    tasks: model.outputs.map((output) => ({ name: output, loss: 'agreement', output })),
    method: settings,
    exclude: [],
  });
}

/** The tasks' mean losses on what ONNX Runtime computes with the file, one sample after the other. */
async function lossesElsewhere({ setup, boundTasks }: Session, [file]: readonly NamedBytes[]) {
  const { input, sampleShape, count } = setup.set;
  const size = sampleShape.reduce((product, dim) => product * dim, 1);
  const sums = new Map<string, number>();
  for (let first = 0; first < count; first++) {
    const data = input.subarray(first * size, (first + 1) * size);
    const found = await runOnnx(file?.bytes ?? new Uint8Array(), { data, shape: [1, ...sampleShape] });
    boundTasks.forEach((task, index) => {
      const { name } = task.spec;
      const { sampleShape: shape = [] } = setup.tasks[index]?.binding.outputs[0] ?? {};
      const outputs = [{ sampleShape: shape, data: found.get(name)?.data ?? new Float32Array() }];
      sums.set(name, (sums.get(name) ?? 0) + (task.losses({ first, count: 1, outputs })[0] ?? NaN) / count);
    });
  }
  return Object.fromEntries(sums);
}

it.each(Object.entries(fixedBatch))(
  '%s: a run prunes it, and what it exports has the losses it found',
  async (_, model) => {
    const session = await open(model);
    const run = pagcp(session, settings);
    let next = await run.next();
    while (!next.done) next = await run.next();
    const { keep } = next.value;
    expect(keep.size).toBeGreaterThan(0);
    const { losses } = await session.oracle.evaluate(keep);
    const elsewhere = await lossesElsewhere(session, session.write(keep));
    for (const [task, loss] of Object.entries(losses)) expect(elsewhere[task]).toBeCloseTo(loss, 3);
    expect(Object.keys(elsewhere)).toEqual(model.outputs);
    session.dispose();
  },
);
