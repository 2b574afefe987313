import { memory } from '@tensorflow/tfjs-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ChannelGroup } from '../graph/channel-types';
import { keepListsWithout } from '../pruning/keep-lists';
import { goldenSession } from '../pruning/testing/golden-session';
import type { Session } from '../session';
import { Inspector, type PredictionsAsk } from './inspector';

const spec = {
  file: '',
  input: 'x',
  layout: 'NHWC',
  scale: 1 / 255,
  mean: [0],
  std: [1],
  limit: null,
} as const;
const atOnce = <T>(work: () => Promise<T>) => work();
const { signal } = new AbortController();

let session: Session;
let inspector: Inspector;
let ask: PredictionsAsk;
let layers: { readonly id: string; readonly nodes: readonly string[] }[];

beforeAll(async () => {
  session = await goldenSession('vggmulti');
  inspector = new Inspector(session.setup, spec, true, atOnce);
  const place = new Map(session.graph.nodes.map(({ id }, index) => [id, index]));
  const placeOf = ({ producers: [first] }: ChannelGroup) => place.get(first?.node ?? '') ?? Infinity;
  const groups = session.channels.groups
    .filter(({ frozen }) => frozen === null)
    .toSorted((a, b) => placeOf(a) - placeOf(b));
  layers = groups.map(({ id, producers }) => ({ id, nodes: producers.map(({ node }) => node) }));
  const [, second] = groups;
  const removed = { [second?.id ?? '']: [0, 2, 3, 5, 7] };
  ask = { removed, order: 'worst', task: null, first: 0, count: session.samples };
});
afterAll(() => session.dispose());

describe('predictions', () => {
  it('have losses whose means are the oracle’s, before and after', async () => {
    const { samples } = await inspector.predictions(ask, signal);
    const keep = keepListsWithout(session.channels, ask.removed);
    for (const [which, { losses }] of [
      ['before', await session.oracle.evaluate(new Map())],
      ['after', await session.oracle.evaluate(keep)],
    ] as const)
      for (const [task, loss] of Object.entries(losses)) {
        const own = samples.map(({ tasks }) => tasks.find((one) => one.task === task)?.[which].loss ?? NaN);
        expect(own.reduce((sum, one) => sum + one, 0) / own.length).toBeCloseTo(loss, 4);
      }
  });

  it('come with the samples first whose loss of the task rose most', async () => {
    const { samples } = await inspector.predictions({ ...ask, task: 'right' }, signal);
    const rises = samples.map(({ tasks }) => {
      const right = tasks.find(({ task }) => task === 'right');
      return (right?.after.loss ?? NaN) - (right?.before.loss ?? NaN);
    });
    rises.forEach((rise, at) => expect(rise).toBeLessThanOrEqual((rises[at - 1] ?? Infinity) + 1e-4));
    expect(new Set(samples.map(({ index }) => index)).size).toBe(session.samples);
  });

  it('come in the order of the file, a page at a time, with what the network sees', async () => {
    const { total, samples } = await inspector.predictions(
      { ...ask, order: 'file', first: 3, count: 2 },
      signal,
    );
    expect(total).toBe(session.samples);
    expect(samples.map(({ index }) => index)).toEqual([3, 4]);
    const [sample] = samples;
    const [, height, width] = session.setup.set.sampleShape;
    expect(sample?.image).toMatchObject({ width, height });
    expect(Math.max(...(sample?.image?.rgba.filter((_, at) => at % 4 < 3) ?? []))).toBeGreaterThan(200);
  });

  it('leave nothing on the backend, and are given up when nobody waits for them', async () => {
    const { numTensors } = memory();
    await inspector.predictions({ ...ask, task: 'left' }, signal);
    const fresh = new Inspector(session.setup, spec, true, atOnce);
    await expect(fresh.predictions(ask, AbortSignal.abort())).rejects.toThrow();
    expect(memory().numTensors).toBe(numTensors);
  });
});

describe('response maps', () => {
  const responses = (layer: number, channel: number) =>
    inspector.responses({ removed: ask.removed, node: layers[layer]?.nodes[0] ?? '', channel, sample: 1 });

  it('do not change before the pruned layer', async () => {
    const first = await responses(0, 1);
    expect(first?.channels.every(({ kept, change }) => kept && change === 0)).toBe(true);
    expect(first?.after).toEqual(first?.before);
  });

  it('are the same for the filters that are left of it, and gone for those removed', async () => {
    const second = await responses(1, 2);
    expect(second?.after).toBeNull();
    const removed = second?.channels.flatMap(({ kept }, channel) => (kept ? [] : [channel]));
    expect(removed).toEqual([0, 2, 3, 5, 7]);
    for (const { kept, change } of second?.channels ?? []) if (kept) expect(change).toBeLessThan(1e-5);
  });

  it('change behind it', async () => {
    const third = await responses(2, 0);
    expect(third?.channels.some(({ change }) => (change ?? 0) > 0.01)).toBe(true);
    expect(third?.before.length).toBe((third?.width ?? 0) * (third?.height ?? 0));
    expect(
      await inspector.responses({ removed: {}, node: 'no such layer', channel: 0, sample: 0 }),
    ).toBeNull();
  });
});
