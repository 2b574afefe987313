import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createOracle } from '../engine/graph-oracle';
import { measureValues } from '../engine/measure-values';
import type { OracleParts } from '../engine/measuring-oracle';
import { channels, COUNT, graph, parts, prunable, set } from '../engine/testing/energies';
import { startWasm } from '../engine/testing/wasm';
import { bindTask } from '../tasks/bind';
import { bytes } from '../tasks/testing/arrays';
import { createPruningSession } from './session';
import { runToEnd, toySettings } from './testing/toy';

beforeAll(startWasm);

const labels = bytes(
  'labels',
  [COUNT],
  Array.from({ length: COUNT }, (_, sample) => sample % 5),
);

/** Two heads that classify, and agree with the unpruned network. */
async function classifiers(lossesOnDevice: boolean): Promise<OracleParts> {
  const values = graph.outputs.flatMap(({ value }) => graph.values.get(value) ?? []);
  const references = await measureValues(graph, set, values, COUNT);
  const tasks = values.flatMap((value, index) => {
    const { name } = value;
    const reference = references[index] ?? new Float32Array();
    const inputs = { count: COUNT, file: 'set.npz', arrays: new Map([['labels', labels]]) };
    const outputs = [{ name, sampleShape: [5], reference }];
    const specs = [
      { name: `class ${name}`, loss: 'cross-entropy', output: name, labels: 'labels' },
      { name: `agreement ${name}`, loss: 'agreement', output: name },
      { name: `Jaccard ${name}`, loss: 'lovasz', output: name, labels: 'labels' },
    ] as const;
    return specs.map((spec) => ({ task: bindTask(spec, inputs, outputs), values: [value] }));
  });
  return { ...parts, tasks, lossesOnDevice };
}

function expectSame(found: Readonly<Record<string, number>>, wanted: Readonly<Record<string, number>>): void {
  expect(Object.keys(found)).toEqual(Object.keys(wanted));
  for (const [name, loss] of Object.entries(wanted))
    expect(Math.abs((found[name] ?? NaN) / loss - 1), name).toBeLessThan(1e-5);
}

const keep = new Map(prunable.slice(0, 2).map(({ id }) => [id, [0, 2, 3]]));

describe('an oracle that computes losses on the device', () => {
  it('finds those that are computed from what is read, and metrics when asked', async () => {
    const before = memory().numTensors;
    const device = createOracle(await classifiers(true));
    const numbers = createOracle(await classifiers(false));
    const wanted = await numbers.evaluate(keep);
    const found = await device.evaluate(keep);
    expectSame(found.losses, wanted.losses);
    expect(found.metrics).toBeNull();
    const { work } = device;
    const withMetrics = await device.evaluate(keep, { metrics: true });
    expect(withMetrics.metrics).toEqual(wanted.metrics);
    expect(withMetrics.losses).toEqual(found.losses);
    expect(device.work.evaluations).toBe(work.evaluations);
    device.dispose();
    numbers.dispose();
    expect(memory().numTensors).toBe(before);
  });

  it('proves violations early, too', async () => {
    const device = createOracle({ ...(await classifiers(true)), overlaps: true });
    const { losses } = await device.evaluate(new Map());
    const { bound } = await device.evaluate(keep, {
      limits: Object.fromEntries(Object.entries(losses).map(([name, loss]) => [name, loss / 4])),
    });
    expect(bound).toBe('early-exit');
    device.dispose();
  });

  it('commits the same', async () => {
    const run = async (lossesOnDevice: boolean) => {
      const oracleParts = await classifiers(lossesOnDevice);
      const oracle = createOracle(oracleParts);
      const tasks = oracleParts.tasks.map(({ task }) => task.spec);
      const session = createPruningSession({ graph, channels, oracle, tasks, samples: COUNT });
      const result = await runToEnd(session, { ...toySettings, delta: 0.2 });
      oracle.dispose();
      return result;
    };
    const [device, numbers] = [await run(true), await run(false)];
    expect(device.keep.size).toBeGreaterThan(0);
    expect(device.keep).toEqual(numbers.keep);
    expect(device.report.final.metrics).toEqual(numbers.report.final.metrics);
    expectSame(device.report.final.losses, numbers.report.final.losses);
  });
});
