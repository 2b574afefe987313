import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { createOracle } from '../engine/graph-oracle';
import { startWasm } from '../engine/testing/wasm';
import { graphMacs } from '../graph/cost';
import type { Graph } from '../graph/graph';
import { defaultSettings } from '../pruning/recipe-defaults';
import type { PagcpSettings } from '../pruning/recipe';
import { examine } from './figures';
import { finalReport } from './final-report';
import { fineTune } from './fine-tune';
import { slicedNetwork } from './network';
import { openRecovery } from './open';
import { pruneAndRecover, roundSettings, type PruneAndRecover } from './rounds';
import { defaultRecover, defaultRounds, type RecoverSettings } from './settings';
import { halvesFile, halvesGraph, halvesParts } from './testing/halves';
import { finish } from './testing/nets';

const train = halvesFile(320, 1, 'train.npz');
/** The trained network's losses are tiny, so they may rise many times. */
const method: PagcpSettings = {
  ...defaultSettings,
  delta: 30,
  alpha: 2000,
  ratios: [0.125, 0.25, 0.5, 0.75],
};
const tuned: RecoverSettings = {
  ...defaultRecover,
  methods: ['least-squares', 'fine-tune'],
  fineTune: { ...defaultRecover.fineTune, epochs: 1, batchSize: 32 },
};

let trained: Graph;
beforeAll(async () => {
  await startWasm();
  const graph = halvesGraph();
  const settings = {
    ...tuned,
    fineTune: {
      ...tuned.fineTune,
      epochs: 3,
      learningRate: 0.1,
      distill: { outputs: 0, temperature: 1, features: 0 },
    },
  };
  const { reference, tuning } = await openRecovery(await halvesParts(graph, train), settings);
  if (!tuning) throw new Error('Nothing is trained.');
  const { result } = await finish(fineTune(reference, { graph, keep: new Map() }, tuning, settings.fineTune));
  trained = result.network.graph;
});

async function session(settings: RecoverSettings): Promise<PruneAndRecover> {
  const parts = await halvesParts(trained, train);
  return {
    ...(await openRecovery(parts, settings)),
    exclude: [],
    makeOracle: (graph, channels) => Promise.resolve(createOracle({ ...parts.setup, graph, channels })),
  };
}

describe('rounds', () => {
  it('prune what was recovered, and end with one network of the original', async () => {
    const open = await session(tuned);
    const before = memory().numTensors;
    const rounds = { ...defaultRounds, count: 2, deltaSlope: 10 };
    const { events, result } = await finish(pruneAndRecover(open, method, tuned, rounds));
    expect(memory().numTensors).toBe(before);
    expect(structuredClone(events)).toEqual(events);
    const [first, second] = result.rounds;
    expect([first?.delta, second?.delta]).toEqual([30, 40]);
    expect(second?.final.macs).toBeLessThan(first?.final.macs ?? 0);
    expect(second?.run.original.macs).toBe(first?.final.macs);

    const { reference, calibration } = open;
    expect(graphMacs(slicedNetwork(reference, result.network))).toBe(second?.final.macs);
    const again = await examine(reference.channels, result.network, calibration);
    expect(again.losses).toEqual(second?.final.losses);
    const report = finalReport(reference.channels, result);
    expect(report.final).toEqual(second?.final);
    expect(report.rounds).toHaveLength(2);
    for (const [group, removed] of Object.entries(report.removed))
      expect(removed.length + (result.network.keep.get(group)?.length ?? 0)).toBe(8);
  });

  it('end at the target, and take back a round that breaks the floor', async () => {
    const open = await session(defaultRecover);
    const reach = { ...defaultRounds, count: 5, macs: 0.9 };
    const reached = await finish(pruneAndRecover(open, method, defaultRecover, reach));
    expect(reached.events.at(-1)).toMatchObject({ kind: 'rounds-ended', why: 'macs-target' });
    const [only, ...more] = reached.result.rounds;
    expect(only?.final.macs).toBeLessThanOrEqual(0.9 * open.original.macs);
    expect(more).toEqual([]);
    const greedy = { ...method, delta: 1e3, alpha: 1e9 };
    const floor = { ...defaultRounds, count: 2, metricDrop: 0.02 };
    const floored = await finish(pruneAndRecover(open, greedy, null, floor));
    expect(floored.events.at(-1)).toMatchObject({ kind: 'rounds-ended', why: 'metric-floor' });
    expect(floored.result.rounds.map(({ kept, delta }) => [kept, delta])).toEqual([
      [false, 1e3],
      [false, 500],
    ]);
    expect(floored.result.network.keep.size).toBe(0);
  });

  it('raise δ and 1+α as the authors’ code does', () => {
    expect(roundSettings(method, { deltaSlope: 10, alphaSlope: 50 }, 2)).toMatchObject({
      delta: 50,
      alpha: 2100,
    });
  });
});

describe('recovery after every commit', () => {
  it('lets later trials see the recovered network, tells of it, and leaves the session as it was', async () => {
    const open = await session(defaultRecover);
    const each: RecoverSettings = { ...defaultRecover, when: 'each-commit', methods: ['least-squares'] };
    const after = await finish(pruneAndRecover(open, method, null));
    const inLoop = await finish(pruneAndRecover(open, method, each));
    const told = inLoop.events.filter((e) => e.kind === 'pruning' && e.event.kind === 'step-recovered');
    expect(told.length).toBeGreaterThan(0);
    expect(inLoop.result.rounds[0]?.recovery).toMatchObject({
      when: 'each-commit',
      inLoop: ['least-squares'],
    });
    expect(inLoop.result.rounds[0]?.final.macs).toBeLessThanOrEqual(after.result.rounds[0]?.final.macs ?? 0);
    const { reference, calibration } = open;
    const figures = await examine(reference.channels, inLoop.result.network, calibration);
    expect(figures.losses).toEqual(inLoop.result.rounds[0]?.final.losses);
    const again = await finish(pruneAndRecover(open, method, null));
    expect(again.result.rounds[0]?.final).toEqual(after.result.rounds[0]?.final);
  });

  it('makes up anew for what the filter leaves', async () => {
    const open = await session(defaultRecover);
    const each: RecoverSettings = { ...defaultRecover, when: 'each-commit', methods: ['least-squares'] };
    const half = { ...method, topK: 0.5 };
    const { result } = await finish(pruneAndRecover(open, half, each));
    const { reference, calibration } = open;
    const alone = await examine(
      reference.channels,
      { graph: trained, keep: result.network.keep },
      calibration,
    );
    const recovered = await examine(reference.channels, result.network, calibration);
    const sum = (losses: Readonly<Record<string, number>>) =>
      Object.values(losses).reduce((a, b) => a + b, 0);
    expect(result.network.keep.size).toBe(1);
    expect(sum(recovered.losses)).toBeLessThan(sum(alone.losses));
  });
});
