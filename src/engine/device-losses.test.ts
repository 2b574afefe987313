import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { lossNames } from '../tasks/task';
import { inNumbersOnly, lossCases } from '../tasks/testing/loss-cases';
import { DeviceLosses, readLosses } from './device-losses';
import { batchOf, boundCase, lossErrors, onDevice, samplesOf, tensorsOf } from './testing/compare-losses';
import { startWasm } from './testing/wasm';
import { registerGradients } from './train';

beforeAll(async () => {
  await startWasm();
  registerGradients();
});

describe('losses in tensors are those in numbers', () => {
  it.each(lossNames)('%s has them, or is named as one without', (name) => {
    const own = lossCases.filter(({ situation }) => situation.spec.loss === name);
    expect(own.length).toBeGreaterThan(0);
    const isWithout = inNumbersOnly.includes(name);
    for (const each of own) expect(boundCase(each).device === null).toBe(isWithout);
  });

  const cases = lossCases.filter(({ situation }) => !inNumbersOnly.includes(situation.spec.loss));
  it.each(cases)('$title', async (each) => {
    const before = tf.memory().numTensors;
    for (let seed = 1; seed <= 5; seed++) {
      const { losses, slopes } = await lossErrors(each, seed);
      expect(losses, `losses, seed ${seed}`).toBeLessThan(1e-5);
      expect(slopes, `slopes, seed ${seed}`).toBeLessThan(1e-4);
    }
    expect(tf.memory().numTensors).toBe(before);
  });

  it.each(cases)('$title: Infinity of a sample that is not a number', (each) => {
    const device = onDevice(boundCase(each));
    const batch = batchOf(each, 1);
    const broken = batch.outputs.map(({ sampleShape, data }) => ({
      sampleShape,
      data: data.map((value, at) => (at < data.length / batch.count ? NaN : value)),
    }));
    const outputs = tensorsOf({ ...batch, outputs: broken });
    const losses = device.of(outputs, samplesOf(batch));
    const found = readLosses(losses.dataSync<'float32'>());
    tf.dispose([...outputs, losses]);
    expect(found[0]).toBe(Infinity);
    expect(Array.from(found.subarray(1)).every(Number.isFinite)).toBe(true);
    device.dispose();
  });
});

it('keeps what outputs are compared with within its budget', () => {
  const [each] = lossCases;
  const device = each && boundCase(each).device;
  if (!device) throw new Error('There is a first case.');
  const [output] = tensorsOf(batchOf(each, 1));
  if (!output) throw new Error('It has an output.');
  const before = tf.memory().numTensors;
  const kept = new DeviceLosses(device, 20);
  for (const sample of [0, 1, 2, 0]) kept.of([tf.slice(output, [0, 0], [1, 3])], [sample]).dispose();
  // Of a sample there is a label and a weight, 8 bytes: two samples fit. The slices are the test's own.
  expect(tf.memory().numTensors).toBe(before + 4 + 4);
  kept.dispose();
  expect(tf.memory().numTensors).toBe(before + 4);
  output.dispose();
});
