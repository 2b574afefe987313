import { memory } from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startWasm } from '../engine/testing/wasm';
import type { Graph } from '../graph/graph';
import { fineTune, type TuningCheckpoint, type TuningEvent } from './fine-tune';
import { slicedNetwork, type Network } from './network';
import { openRecovery } from './open';
import type { RecoverSettings } from './settings';
import { defaultRecover } from './settings';
import { finish } from './testing/nets';
import { halvesFile, halvesGraph, halvesParts } from './testing/halves';

const settings: RecoverSettings = {
  ...defaultRecover,
  methods: ['fine-tune'],
  fineTune: {
    ...defaultRecover.fineTune,
    epochs: 3,
    batchSize: 32,
    learningRate: 0.1,
    distill: { outputs: 0, temperature: 2, features: 0 },
    validation: 0.2,
  },
};
const { fineTune: plain } = settings;
const train = halvesFile(320, 1, 'train.npz');
const open = async (graph: Graph) => openRecovery(await halvesParts(graph, train), settings);

let trained: Graph;
beforeAll(async () => {
  await startWasm();
  const graph = halvesGraph();
  const { reference, tuning } = await open(graph);
  if (!tuning) throw new Error('Nothing is trained.');
  const { result } = await finish(fineTune(reference, { graph, keep: new Map() }, tuning, plain));
  trained = result.network.graph;
});

/** Of the trained network without some channels. */
async function pruned() {
  const session = await open(trained);
  if (!session.tuning) throw new Error('Nothing is trained.');
  const network: Network = {
    graph: trained,
    keep: new Map([
      ['first.weight', [0, 1, 2]],
      ['second.weight', [3, 4]],
    ]),
  };
  return { ...session, tuning: session.tuning, network };
}

const evaluations = (events: readonly TuningEvent[]) =>
  events.filter((event) => event.kind === 'tuning-evaluated');

describe('fine-tuning', () => {
  it('trains a network to do its tasks, on a set apart from the one that judges it', async () => {
    const { tuning, original } = await open(trained);
    expect(tuning?.data).toMatchObject({ source: 'file', warnings: [] });
    expect([tuning?.data.train.count, tuning?.data.validation.count]).toEqual([256, 64]);
    for (const accuracy of Object.values(original.metrics)) expect(accuracy).toBeGreaterThan(0.9);
  });

  it.each([
    ['labels', {}],
    ['labels whose weights are learned', { weighting: 'uncertainty' }],
    [
      'the unpruned network’s outputs alone',
      { labels: 0, distill: { outputs: 1, temperature: 2, features: 0 } },
    ],
    ['labels, outputs and features', { distill: { outputs: 1, temperature: 2, features: 0.1 } }],
  ] as const)('wins accuracy back with %s, and leaks nothing', async (_, change) => {
    const { reference, tuning, network } = await pruned();
    const before = memory().numTensors;
    const { events, result } = await finish(fineTune(reference, network, tuning, { ...plain, ...change }));
    expect(memory().numTensors).toBe(before);
    const began = events.find((event) => event.kind === 'tuning-began');
    const lost = Object.entries(began?.before.losses ?? {});
    expect(began).toMatchObject({ steps: 24, stepsPerEpoch: 8, trainSamples: 256 });
    for (const [task, loss] of lost) expect(result.figures.losses[task]).toBeLessThan(0.7 * loss);
    expect(slicedNetwork(reference, result.network).params.get('first.weight')?.shape).toEqual([3, 3, 1, 3]);
    expect(structuredClone(events)).toEqual(events);
  });

  it('goes on from a checkpoint to the same network, to the bit', async () => {
    const { reference, tuning, network } = await pruned();
    const learned = { ...plain, weighting: 'uncertainty' } as const;
    const checkpoints: TuningCheckpoint[] = [];
    const onCheckpoint = (checkpoint: TuningCheckpoint) => void checkpoints.push(structuredClone(checkpoint));
    const whole = await finish(fineTune(reference, network, tuning, learned, { onCheckpoint }));
    const [first] = checkpoints;
    if (!first) throw new Error('There was no checkpoint.');
    const rest = await finish(fineTune(reference, network, tuning, learned, { from: first }));
    expect(evaluations(rest.events)).toEqual(evaluations(whole.events).slice(1));
    expect(rest.result.network.graph.params).toEqual(whole.result.network.graph.params);
  });

  it('keeps the best network when a learning rate makes it diverge, and says what to lower', async () => {
    const { reference, tuning, network } = await pruned();
    const wild = { ...plain, learningRate: 1e20, clipNorm: null, schedule: 'constant', warmUp: 0 } as const;
    const { events, result } = await finish(fineTune(reference, network, tuning, wild));
    const ended = events.at(-1);
    expect(ended).toMatchObject({ kind: 'tuning-ended', why: 'diverged' });
    expect(ended?.kind === 'tuning-ended' && ended.message).toContain('Lower the learning rate');
    for (const loss of Object.values(result.figures.losses)) expect(loss).toBeLessThan(10);
  });

  it('ends early when the validation losses no longer fall', async () => {
    const { reference, tuning, network } = await pruned();
    const idle = { ...plain, epochs: 20, learningRate: 1e-12, patience: 2 };
    const { events } = await finish(fineTune(reference, network, tuning, idle));
    expect(evaluations(events).length).toBeLessThan(20);
    expect(events.at(-1)).toMatchObject({ kind: 'tuning-ended', why: 'early-stopping' });
  });

  it('warns when the calibration set is all there is', async () => {
    const { tuning } = await openRecovery(await halvesParts(trained, null), settings);
    expect(tuning?.data.source).toBe('calibration');
    expect(tuning?.data.warnings.join()).toContain('There is no training set');
    expect(tuning?.data.train.count).toBe(51);
  });
});
