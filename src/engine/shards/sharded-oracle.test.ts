import fc from 'fast-check';
import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { KeepLists } from '../../graph/channel-types';
import { InputError } from '../../util/errors';
import { createOracle } from '../graph-oracle';
import type { Oracle } from '../oracle';
import { startWasm } from '../testing/wasm';
import { createShardedOracle } from './sharded-oracle';
import { createSplitOracle } from './split-oracle';
import { openChannel } from './testing/channel-link';
import { twoTasks } from './testing/two-tasks';

let parts: Awaited<ReturnType<typeof twoTasks>>;
beforeAll(async () => {
  await startWasm();
  parts = await twoTasks();
});

const backend = { name: 'wasm' } as const;
const over = (shards: number, batchSize = 128): Promise<Oracle> =>
  createShardedOracle(parts, { shards, backend, batchSize, open: () => openChannel() });

/** Some units of some groups, at least one of each. */
function keepLists(): fc.Arbitrary<KeepLists> {
  const groups = parts.channels.groups.filter(({ frozen }) => frozen === null);
  return fc
    .tuple(...groups.map(({ size }) => fc.subarray([...Array(size).keys()], { minLength: 1 })))
    .map((lists) => new Map(groups.map(({ id }, index) => [id, lists[index] ?? []])));
}

function firstHalf(): { group: string; keep: KeepLists } {
  const group = parts.channels.groups.find(({ frozen }) => frozen === null);
  if (!group) throw new Error('Nothing can be pruned.');
  const units = [...Array(Math.ceil(group.size / 2)).keys()];
  return { group: group.id, keep: new Map([[group.id, units]]) };
}

/** Waits for what was posted to a port. */
const delivered = () => new Promise((resolve) => setTimeout(resolve, 20));

describe('an oracle over shards', () => {
  it.each([1, 2, 3])('%d shards measure what one oracle measures', async (shards) => {
    const whole = createOracle(parts);
    const split = await over(shards);
    const property = fc.asyncProperty(keepLists(), async (keep) => {
      const expected = await whole.evaluate(keep);
      const { losses, metrics, bound, macs } = await split.evaluate(keep);
      for (const [task, loss] of Object.entries(expected.losses))
        expect(Math.abs((losses[task] ?? NaN) / loss - 1)).toBeLessThan(1e-6);
      for (const [task, metric] of Object.entries(expected.metrics ?? {}))
        expect(metrics?.[task]).toBeCloseTo(metric, 6);
      expect({ bound, macs }).toEqual({ bound: 'exact', macs: expected.macs });
    });
    await fc.assert(property, { numRuns: 5 });
    expect(split.work).toEqual(whole.work);
    whole.dispose();
    split.dispose();
  });

  it('repeats itself to the bit', async () => {
    const { group, keep } = firstHalf();
    const runs = [];
    for (const oracle of [await over(3), await over(3)]) {
      runs.push([await oracle.evaluate(new Map()), await oracle.evaluate(keep, { vary: group })]);
      oracle.dispose();
    }
    expect(runs[1]).toEqual(runs[0]);
  });

  it('hands replaced params to every shard', async () => {
    const { keep } = firstHalf();
    const changed = [...parts.graph.params.values()].map((param) => ({
      ...param,
      data: param.data.map((value) => value * 1.1),
    }));
    const params = new Map(changed.map((param) => [param.id, param]));
    const whole = createOracle({ ...parts, graph: { ...parts.graph, params } });
    const split = await over(2);
    await split.evaluate(keep);
    await split.replaceParams(changed);
    const [{ losses }, expected] = [await split.evaluate(keep), await whole.evaluate(keep)];
    for (const [task, loss] of Object.entries(expected.losses))
      expect(Math.abs((losses[task] ?? NaN) / loss - 1)).toBeLessThan(1e-6);
    whole.dispose();
    split.dispose();
  });

  it('takes evaluations asked for at the same time in turn', async () => {
    const { keep } = firstHalf();
    const oracle = await over(2);
    const together = await Promise.all([oracle.evaluate(new Map()), oracle.evaluate(keep)]);
    oracle.dispose();
    const again = await over(2);
    expect(together).toEqual([await again.evaluate(new Map()), await again.evaluate(keep)]);
    again.dispose();
  });

  it('stops early only when a limit is provably exceeded, with lower bounds', async () => {
    const reference = await over(2, 2);
    const exact = await reference.evaluate(new Map());
    reference.dispose();
    const left = exact.losses['left'] ?? NaN;
    const oracle = await over(2, 2);
    const early = await oracle.evaluate(new Map(), { limits: { left: left / 100 } });
    expect(early.bound).toBe('early-exit');
    expect(early.losses['left']).toBeGreaterThan(left / 100);
    expect(early.losses['left']).toBeLessThan(left);
    const within = await oracle.evaluate(new Map(), { limits: { left } });
    expect({ ...within, macs: 0 }).toEqual({ ...exact, macs: 0 });
    oracle.dispose();
  });
});

it('stops early where the shards prove only together that a limit is exceeded', async () => {
  const reference = await over(2, 2);
  const exact = await reference.evaluate(new Map());
  reference.dispose();
  const limits = { left: 0.6 * (exact.losses['left'] ?? NaN) };
  const oracle = await over(2, 2);
  const early = await oracle.evaluate(new Map(), { limits });
  expect(early.bound).toBe('early-exit');
  expect(early.losses['left']).toBeGreaterThan(limits.left);
  expect(early.macs).toBeLessThan(exact.macs);
  expect(oracle.work).toMatchObject({ evaluations: 1, naiveMacs: exact.macs });
  oracle.dispose();
});

describe('when something goes wrong', () => {
  it('an abort ends the evaluation, not the oracle', async () => {
    const oracle = await over(2);
    const abort = new AbortController();
    const aborted = oracle.evaluate(new Map(), { signal: abort.signal });
    abort.abort();
    await expect(aborted).rejects.toThrow('aborted');
    expect((await oracle.evaluate(new Map())).bound).toBe('exact');
    oracle.dispose();
  });

  it('an error in a shard is the evaluation’s, and the oracle goes on', async () => {
    const oracle = await over(2);
    const { group } = firstHalf();
    await expect(oracle.evaluate(new Map([[group, [1e6]]]))).rejects.toThrow('no unit 1000000');
    expect((await oracle.evaluate(new Map())).bound).toBe('exact');
    oracle.dispose();
  });

  it('a shard that cannot start says why, as the error it was, and none is left open', async () => {
    let open = 0;
    const link = () => {
      open += 1;
      return openChannel(() => (open -= 1));
    };
    const tasks = parts.tasks.map((task) => ({
      ...task,
      binding: { ...task.binding, inputs: { ...task.binding.inputs, arrays: new Map() } },
    }));
    const starting = createShardedOracle({ ...parts, tasks }, { shards: 3, backend, open: link });
    await expect(starting).rejects.toThrow(InputError);
    await expect(starting).rejects.toThrow('there is no array "class" for its labels.');
    expect(open).toBe(0);
  });

  it('the set stays whole where no worker can be made', async () => {
    const problems: string[] = [];
    const oracle = await createSplitOracle(parts, {
      shards: 2,
      backend,
      open: () => {
        throw new Error('no workers here');
      },
      onFallBack: ({ message }) => problems.push(message),
    });
    expect(problems).toEqual(['no workers here']);
    expect((await oracle.evaluate(new Map())).bound).toBe('exact');
    oracle.dispose();
  });

  it('an evaluation under way ends when the oracle is disposed of', async () => {
    const oracle = await over(2);
    const underWay = oracle.evaluate(new Map());
    oracle.dispose();
    await expect(underWay).rejects.toThrow('put away');
    await expect(oracle.evaluate(new Map())).rejects.toThrow('put away');
  });
});

it('gives back every tensor', async () => {
  const before = memory().numTensors;
  const oracle = await over(3);
  const { group, keep } = firstHalf();
  await oracle.evaluate(keep, { vary: group });
  expect(memory().numTensors).toBeGreaterThan(before);
  oracle.dispose();
  await delivered();
  expect(memory().numTensors).toBe(before);
});
