import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { bindTask } from '../tasks/bind';
import { lossNames, type TaskBatch } from '../tasks/task';
import { bindingOf } from '../tasks/testing/arrays';
import { inNumbersOnly, lossCases, type LossCase } from '../tasks/testing/loss-cases';
import { DeviceLosses, readLosses } from './device-losses';
import { startWasm } from './testing/wasm';
import { registerGradients } from './train';

beforeAll(async () => {
  await startWasm();
  registerGradients();
});

function bound({ situation }: LossCase) {
  const { spec, inputs, outputs } = bindingOf(situation);
  return bindTask(spec, inputs, outputs);
}

function batchOf({ situation, outputs }: LossCase, seed: number): TaskBatch {
  const values = outputs(seed);
  const [first] = situation.outputs;
  const size = first?.sample.reduce((product, length) => product * length, 1) ?? 1;
  return {
    first: 0,
    count: (values[0]?.length ?? 0) / size,
    outputs: situation.outputs.map(({ sample }, index) => ({
      sampleShape: sample,
      data: Float32Array.from(values[index] ?? []),
    })),
  };
}

const tensorsOf = ({ count, outputs }: TaskBatch) =>
  outputs.map(({ sampleShape, data }) => tf.tensor(data, [count, ...sampleShape]));

const all = ({ count }: TaskBatch) => Array.from({ length: count }, (_, sample) => sample);

/** The largest difference, relative to the largest number that is wanted. */
function difference(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  expect(found).toHaveLength(wanted.length);
  const scale = Math.max(1e-3, ...Array.from(wanted, Math.abs));
  return Math.max(0, ...Array.from(wanted, (value, at) => Math.abs(value - (found[at] ?? NaN)))) / scale;
}

describe('losses in tensors are those in numbers', () => {
  it.each(lossNames)('%s has them, or is named as one without', (name) => {
    const own = lossCases.filter(({ situation }) => situation.spec.loss === name);
    expect(own.length).toBeGreaterThan(0);
    const isWithout = inNumbersOnly.includes(name);
    for (const each of own) expect(bound(each).device === null).toBe(isWithout);
  });

  const cases = lossCases.filter(({ situation }) => !inNumbersOnly.includes(situation.spec.loss));
  it.each(cases)('$title', (each) => {
    const task = bound(each);
    const before = tf.memory().numTensors;
    if (!task.device) throw new Error('It is named as one that has tensors.');
    const device = new DeviceLosses(task.device);
    for (let seed = 1; seed <= 5; seed++) {
      const batch = batchOf(each, seed);
      const outputs = tensorsOf(batch);
      const ofBatch = device.of(outputs, all(batch));
      const byOutputs = tf.grads((...values) => tf.sum(device.of(values, all(batch))))(outputs);
      const found = {
        losses: readLosses(ofBatch.dataSync<'float32'>()),
        slopes: byOutputs.map((slope) => slope.dataSync<'float32'>()),
      };
      tf.dispose([...outputs, ofBatch, ...byOutputs]);
      const [losses, slopes] = [task.losses(batch), task.gradients(batch)];
      expect(difference(found.losses, losses), `losses, seed ${seed}`).toBeLessThan(1e-5);
      slopes.forEach((slope, output) =>
        expect(difference(found.slopes[output] ?? [], slope), `slopes, seed ${seed}`).toBeLessThan(1e-4),
      );
    }
    device.dispose();
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(cases)('$title: Infinity of a sample that is not a number', (each) => {
    const task = bound(each);
    if (!task.device) throw new Error('It is named as one that has tensors.');
    const device = new DeviceLosses(task.device);
    const batch = batchOf(each, 1);
    const broken = batch.outputs.map(({ sampleShape, data }) => ({
      sampleShape,
      data: data.map((value, at) => (at < data.length / batch.count ? NaN : value)),
    }));
    const outputs = tensorsOf({ ...batch, outputs: broken });
    const losses = device.of(outputs, all(batch));
    const found = readLosses(losses.dataSync<'float32'>());
    tf.dispose([...outputs, losses]);
    expect(found[0]).toBe(Infinity);
    expect(Array.from(found.subarray(1)).every(Number.isFinite)).toBe(true);
    device.dispose();
  });
});

it('keeps what outputs are compared with within its budget', () => {
  const [each] = lossCases;
  const task = each && bound(each);
  if (!each || !task?.device) throw new Error('There is a first case.');
  const [output] = tensorsOf(batchOf(each, 1));
  if (!output) throw new Error('It has an output.');
  const before = tf.memory().numTensors;
  const device = new DeviceLosses(task.device, 20);
  for (const sample of [0, 1, 2, 0]) device.of([tf.slice(output, [0, 0], [1, 3])], [sample]).dispose();
  // Of a sample there is a label and a weight, 8 bytes: two samples fit. The slices are the test's own.
  expect(tf.memory().numTensors).toBe(before + 4 + 4);
  device.dispose();
  expect(tf.memory().numTensors).toBe(before + 4);
  output.dispose();
});
