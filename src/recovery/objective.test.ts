import { memory, tensor } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startWasm } from '../engine/testing/wasm';
import { heldSet, registerGradients, Trainer } from '../engine/train';
import type { KeepLists } from '../graph/channel-types';
import { slicedNetwork } from './network';
import { TuningObjective } from './objective';
import { openRecovery } from './open';
import { defaultRecover, type FineTuneSettings } from './settings';
import { halvesFile, halvesGraph, halvesParts } from './testing/halves';

beforeAll(async () => {
  await startWasm();
  registerGradients();
});

const keep: KeepLists = new Map([['first.weight', [0, 1, 2]]]);

/** One step on 8 samples: the losses, the weights after it, and how often the network was appraised in numbers. */
async function step(onDevice: boolean, change: Partial<FineTuneSettings>) {
  const settings: FineTuneSettings = { ...defaultRecover.fineTune, ...change };
  const parts = await halvesParts(halvesGraph(), halvesFile(64, 1, 'train.npz'));
  const { reference, tuning } = await openRecovery(parts, {
    ...defaultRecover,
    methods: ['fine-tune'],
    fineTune: settings,
  });
  if (!tuning) throw new Error('Nothing is trained.');
  const student = slicedNetwork(reference, { graph: reference.original, keep });
  const before = memory().numTensors;
  const objective = new TuningObjective({
    reference,
    keep,
    student,
    tasks: tuning.tasks,
    settings,
    onDevice,
  });
  const trainer = new Trainer(student, { optimiser: { kind: 'sgd', momentum: 0 }, seed: 1 });
  const indices = Int32Array.from({ length: 8 }, (_, sample) => sample);
  const set = heldSet(tuning.data.train);
  const samples = set.read(indices);
  const input = tensor(samples.input, [8, ...set.sampleShape]);
  const feeds = new Map([[student.inputs[0]?.id ?? '', input]]);
  const batchObjective = await objective.on({ ...samples, indices, feeds });
  const losses = await trainer.gather(feeds, batchObjective);
  await trainer.update(0.1, 8);
  const { params } = await trainer.snapshot();
  objective.release();
  objective.dispose();
  trainer.dispose();
  input.dispose();
  expect(memory().numTensors).toBe(before);
  return { losses, params, hasNumbers: batchObjective.appraise !== undefined };
}

describe('what fine-tuning makes small', () => {
  it.each([
    ['labels', { distill: { outputs: 0, temperature: 4, features: 0 } }],
    ['labels and outputs', {}],
    ['outputs and features', { labels: 0, distill: { outputs: 0.5, temperature: 2, features: 0.1 } }],
  ] as const)('is the same in tensors as in numbers: %s', async (_, change) => {
    const [device, numbers] = [await step(true, change), await step(false, change)];
    expect([device.hasNumbers, numbers.hasNumbers]).toEqual([false, true]);
    expect(Object.keys(device.losses).sort()).toEqual(Object.keys(numbers.losses).sort());
    for (const [name, loss] of Object.entries(numbers.losses))
      expect(Math.abs((device.losses[name] ?? NaN) - loss) / Math.max(loss, 1e-3), name).toBeLessThan(1e-4);
    for (const [id, { data }] of numbers.params)
      data.forEach((weight, at) => expect(device.params.get(id)?.data[at]).toBeCloseTo(weight, 5));
  });
});
