import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { analyseChannels } from '../graph/channels';
import { createOracle } from './graph-oracle';
import { estimateMemory } from './memory-estimate';
import { noise } from './testing/compare';
import { twoHeadNetwork } from './testing/networks';
import { startWasm } from './testing/wasm';

beforeAll(startWasm);

const graph = twoHeadNetwork();
const channels = analyseChannels(graph);
const set = { count: 32, sampleShape: [1, 8, 8], input: noise(32 * 64, 5), arrays: new Map() };
const tasks = graph.outputs.flatMap(({ name, value: id }) => {
  const value = graph.values.get(id);
  const task = {
    spec: { name, loss: 'mse', output: name },
    losses: ({ count }: { count: number }) => new Float64Array(count).fill(1),
    gradients: () => [],
    metric: null,
  } as const;
  return value ? [{ task, values: [value] }] : [];
});

describe('estimateMemory', () => {
  it('is an upper bound of what a run leaves on the backend, and not far from it', async () => {
    const order = channels.groups.filter(({ frozen }) => frozen === null);
    const before = memory().numBytes;
    const oracle = createOracle({ graph, channels, set, tasks });
    const upcoming = order.map(({ id }) => id);
    await oracle.evaluate(new Map(), { upcoming });
    let most = memory().numBytes - before;
    for (const [index, { id, size }] of order.entries()) {
      const keep = new Map([[id, [...Array(size - 1).keys()]]]);
      await oracle.evaluate(keep, { vary: id, upcoming: upcoming.slice(index + 1) });
      most = Math.max(most, memory().numBytes - before);
    }
    oracle.dispose();
    const { totalBytes } = estimateMemory({ graph, channels, set, tasks });
    expect(most).toBeLessThanOrEqual(totalBytes);
    expect(most).toBeGreaterThan(totalBytes / 6);
  });

  it('keeps no more than the budget, with smaller batches where it is small', () => {
    const large = estimateMemory({ graph, channels, set, tasks });
    const small = estimateMemory({ graph, channels, set, tasks }, large.wishedBytes / 64);
    expect(large.keptBytes).toBe(large.wishedBytes);
    expect(small.keptBytes).toBe(large.wishedBytes / 64);
    expect(small.batchSize).toBeLessThanOrEqual(large.batchSize);
    expect(small.batchSize).toBeGreaterThanOrEqual(1);
  });
});
