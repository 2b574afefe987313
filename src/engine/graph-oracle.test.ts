import fc from 'fast-check';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { KeepLists } from '../graph/channel-types';
import { graphMacs } from '../graph/cost';
import { sliceGraph } from '../graph/slice';
import { createOracle } from './graph-oracle';
import { channels, COUNT, firstUnits, graph, parts, prunable, set } from './testing/energies';
import { ndarray, referenceValues } from './testing/reference';
import { startWasm } from './testing/wasm';

beforeAll(startWasm);

function referenceLosses(keep: KeepLists): Record<string, number> {
  const sliced = sliceGraph(graph, channels, keep);
  const feeds = new Map([
    [graph.inputs[0]?.id ?? '', ndarray([COUNT, 1, 8, 8], set.input.subarray(0, COUNT * 64))],
  ]);
  const values = referenceValues(sliced, feeds);
  return Object.fromEntries(
    graph.outputs.map(({ name, value }) => {
      const data = values.get(value)?.data ?? new Float64Array();
      return [name, data.reduce((sum, each) => sum + each * each, 0) / COUNT];
    }),
  );
}

function expectClose(actual: Readonly<Record<string, number>>, expected: Readonly<Record<string, number>>) {
  expect(Object.keys(actual)).toEqual(Object.keys(expected));
  for (const [name, loss] of Object.entries(expected))
    expect(Math.abs((actual[name] ?? NaN) / loss - 1)).toBeLessThan(1e-4);
}

/** Some units of some groups, at least one of each. */
const keepLists: fc.Arbitrary<KeepLists> = fc
  .tuple(...prunable.map(({ size }) => fc.subarray([...Array(size).keys()], { minLength: 1 })))
  .map((lists) => new Map(prunable.map(({ id }, index) => [id, lists[index] ?? []])));

describe('createOracle', () => {
  it('measures the sliced network', async () => {
    expect(prunable.length).toBeGreaterThanOrEqual(5);
    const oracle = createOracle(parts);
    const property = fc.asyncProperty(keepLists, async (keep) => {
      const { losses, metrics, bound } = await oracle.evaluate(keep);
      expectClose(losses, referenceLosses(keep));
      expect(metrics).toEqual({ left: 1, right: 1 });
      expect(bound).toBe('exact');
    });
    await fc.assert(property, { numRuns: 6 });
    oracle.dispose();
  });

  it.each([512, 40_000 / 2 ** 20, 0])(
    'gives the same with a hint and a budget of %d MB',
    async (megabytes) => {
      const plain = createOracle(parts);
      const reusing = createOracle({ ...parts, memoryBudgetBytes: megabytes * 2 ** 20 });
      const committed = new Map<string, readonly number[]>();
      for (const [index, group] of prunable.entries()) {
        const upcoming = prunable.slice(index + 1).map(({ id }) => id);
        for (const kept of [7, 5, 3]) {
          const keep = new Map(committed).set(group.id, firstUnits(group, kept));
          const hinted = await reusing.evaluate(keep, { vary: group.id, upcoming });
          expectClose(hinted.losses, (await plain.evaluate(keep)).losses);
        }
        committed.set(group.id, firstUnits(group, 5));
      }
      if (megabytes > 0) expect(reusing.work.macs).toBeLessThan(plain.work.macs);
      expect(plain.work.naiveMacs).toBe(reusing.work.naiveMacs);
      plain.dispose();
      reusing.dispose();
    },
  );

  it('counts the work it does', async () => {
    const oracle = createOracle(parts);
    const whole = await oracle.evaluate(new Map());
    expect(whole.macs).toBe(graphMacs(graph) * COUNT);
    const again = await oracle.evaluate(new Map());
    expect(again).toEqual({ ...whole, macs: 0 });
    expect(oracle.work).toEqual({
      evaluations: 2,
      macs: whole.macs,
      naiveMacs: 2 * whole.macs,
    });
    oracle.dispose();
  });

  it('does not run the head of a task that a group cannot change', async () => {
    const oracle = createOracle(parts);
    const head = prunable.find(({ producers }) => producers.some(({ name }) => name.startsWith('left')));
    if (!head) throw new Error('the head has no group');
    await oracle.evaluate(new Map());
    await oracle.evaluate(new Map([[head.id, firstUnits(head, 4)]]), { vary: head.id });
    const { macs } = await oracle.evaluate(new Map([[head.id, firstUnits(head, 3)]]), { vary: head.id });
    expect(macs).toBe(3 * 5 * COUNT);
    oracle.dispose();
  });

  it('computes nothing twice from step to step when it is told what comes', async () => {
    const oracle = createOracle(parts);
    const upcoming = prunable.map(({ id }) => id);
    const { macs: pass } = await oracle.evaluate(new Map(), { upcoming });
    const committed = new Map<string, readonly number[]>();
    for (const [index, group] of prunable.entries()) {
      committed.set(group.id, firstUnits(group, group.size - 1));
      const options = { vary: group.id, upcoming: upcoming.slice(index + 1) };
      const { losses, macs } = await oracle.evaluate(new Map(committed), options);
      expectClose(losses, referenceLosses(committed));
      expect(macs).toBeLessThan(pass);
    }
    const informed = oracle.work.macs;
    oracle.dispose();

    const uninformed = createOracle(parts);
    await uninformed.evaluate(new Map());
    const later = new Map<string, readonly number[]>();
    for (const group of prunable) {
      later.set(group.id, firstUnits(group, group.size - 1));
      await uninformed.evaluate(new Map(later), { vary: group.id });
    }
    expect(informed).toBeLessThan(0.8 * uninformed.work.macs);
    uninformed.dispose();
  });

  it('looks at a part of the set, and does not pay for it again', async () => {
    const oracle = createOracle({ ...parts, batchSize: 2 });
    const part = await oracle.evaluate(new Map(), { portion: 0.4 });
    expect(part).toMatchObject({ bound: 'estimate', macs: (2 / 5) * graphMacs(graph) * COUNT });
    const whole = await oracle.evaluate(new Map());
    expectClose(whole.losses, referenceLosses(new Map()));
    expect(whole.macs).toBe((3 / 5) * graphMacs(graph) * COUNT);
    expect(await oracle.evaluate(new Map(), { portion: 0.4 })).toEqual({ ...whole, macs: 0 });
    expect(oracle.work.evaluations).toBe(1);
    oracle.dispose();
  });

  it('counts samples once where batches were dealt out anew in between', async () => {
    const oracle = createOracle({ ...parts, batchSize: 2 });
    const keep: KeepLists = new Map([[prunable[0]?.id ?? '', [0, 1]]]);
    await oracle.evaluate(keep, { portion: 0.4 });
    await oracle.evaluate(new Map());
    const { losses, metrics } = await oracle.evaluate(keep);
    expect(metrics).toEqual({ left: 1, right: 1 });
    expectClose(losses, referenceLosses(keep));
    oracle.dispose();
  });

  it('computes nothing again for a state that it comes back to', async () => {
    const upcoming = prunable.map(({ id }) => id);
    const runOver = async (kept: number, oracle = createOracle(parts)) => {
      const committed = new Map<string, readonly number[]>();
      const evaluations = [await oracle.evaluate(new Map(), { upcoming })];
      for (const [index, group] of prunable.entries()) {
        committed.set(group.id, firstUnits(group, index < 2 ? group.size - 1 : kept));
        const options = { vary: group.id, upcoming: upcoming.slice(index + 1) };
        evaluations.push(await oracle.evaluate(new Map(committed), options));
      }
      return { oracle, evaluations };
    };
    const cold = await runOver(1);
    cold.oracle.dispose();
    const { oracle } = await runOver(2);
    const again = await runOver(1, oracle);
    expect(again.evaluations.slice(0, 3).map(({ macs }) => macs)).toEqual([0, 0, 0]);
    again.evaluations.slice(3).forEach(({ losses, macs }, index) => {
      expectClose(losses, cold.evaluations[index + 3]?.losses ?? {});
      expect(macs).toBeLessThanOrEqual(cold.evaluations[index + 3]?.macs ?? 0);
    });
    oracle.dispose();
  });

  it('estimates what changes from what is known of the network it is compared with', async () => {
    const oracle = createOracle({ ...parts, batchSize: 1 });
    const [group] = prunable;
    if (!group) throw new Error('nothing can be pruned');
    const keep: KeepLists = new Map([[group.id, firstUnits(group, 5)]]);
    await oracle.evaluate(new Map());
    const { losses, errors, bound } = await oracle.evaluate(keep, { portion: 0.2, against: new Map() });
    expect(bound).toBe('estimate');
    for (const [task, loss] of Object.entries(referenceLosses(keep)))
      expect(Math.abs((losses[task] ?? NaN) - loss)).toBeLessThan(4 * (errors?.[task] ?? 0) + 1e-6 * loss);
    oracle.dispose();
  });

  it('stops early only when a limit is provably exceeded, with lower bounds', async () => {
    const oracle = createOracle(parts);
    const other = createOracle(parts);
    const exact = await other.evaluate(new Map());
    other.dispose();
    const left = exact.losses['left'] ?? 0;
    const early = await oracle.evaluate(new Map(), { limits: { left: left / 100 } });
    expect(early.bound).toBe('early-exit');
    expect(early.losses['left']).toBeGreaterThan(left / 100);
    expect(early.losses['left']).toBeLessThan(left);
    const resumed = await oracle.evaluate(new Map(), { limits: { left } });
    expect(resumed).toEqual({ ...exact, macs: exact.macs - early.macs });
    oracle.dispose();
  });

  it('stops between batches when it is told to', async () => {
    const oracle = createOracle(parts);
    const before = memory().numTensors;
    const signal = AbortSignal.abort();
    await expect(oracle.evaluate(new Map(), { signal })).rejects.toThrow('aborted');
    expect(memory().numTensors).toBe(before);
    expectClose((await oracle.evaluate(new Map())).losses, referenceLosses(new Map()));
    oracle.dispose();
  });

  it('keeps memory level over many evaluations and gives it all back', async () => {
    const before = memory().numTensors;
    const oracle = createOracle(parts);
    const [group] = prunable;
    if (!group) throw new Error('nothing can be pruned');
    const levels = new Set<number>();
    for (let subset = 1; subset <= 50; subset++) {
      const units = firstUnits(group, group.size).filter((unit) => (subset >> unit) & 1);
      const { macs } = await oracle.evaluate(new Map([[group.id, units]]), { vary: group.id });
      expect(macs).toBeGreaterThan(0);
      // The first one also uploads the layers before the frontier.
      if (subset > 1) levels.add(memory().numTensors);
    }
    expect(levels.size).toBe(1);
    oracle.dispose();
    expect(memory().numTensors).toBe(before);
  });
});

describe('when params are replaced', () => {
  it('measures what an oracle made with them measures, and leaks nothing', async () => {
    const changed = [...graph.params.values()].map((param, index) => ({
      ...param,
      data: param.data.map((value) => value * (1 + index / 10)),
    }));
    const fresh = createOracle({
      ...parts,
      graph: { ...graph, params: new Map(changed.map((param) => [param.id, param])) },
    });
    const before = memory().numTensors;
    const oracle = createOracle(parts);
    const [group] = prunable;
    const keep: KeepLists = new Map([[group?.id ?? '', [0]]]);
    const old = await oracle.evaluate(keep, { vary: group?.id ?? '' });
    await oracle.replaceParams(changed);
    const { losses } = await oracle.evaluate(keep, { vary: group?.id ?? '' });
    expect(losses).toEqual((await fresh.evaluate(keep, { vary: group?.id ?? '' })).losses);
    expect(losses).not.toEqual(old.losses);
    fresh.dispose();
    oracle.dispose();
    expect(memory().numTensors).toBe(before);
  });
});
