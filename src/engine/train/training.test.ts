import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Graph } from '../../graph/graph';
import { forOneSample } from '../../graph/testing/one-sample';
import { startWasm } from '../testing/wasm';
import type { TrainingEvent } from './events';
import { registerGradients } from './gradients';
import type { Objective } from './objective';
import { brightHalves, halvesNetwork, sideObjective } from './testing/bright-halves';
import { Training, type TrainingPlan } from './training';

beforeAll(async () => {
  await startWasm();
  registerGradients();
});

const graph = halvesNetwork();
const plan: TrainingPlan = {
  graph,
  set: brightHalves(64, 3),
  objective: sideObjective(graph),
  epochs: 4,
  batchSize: 16,
  schedule: { kind: 'cosine', peak: 0.2 },
  trainer: {
    optimiser: { kind: 'sgd', momentum: 0.9 },
    weightDecay: 1e-4,
    averageDecay: 0.9,
    dropout: new Map([['relu', 0.2]]),
    seed: 5,
  },
  augmentation: { rows: 0, shift: 1 },
};

it('learns, telling each step and epoch', async () => {
  const events = await runAll(plan);
  const losses = events.flatMap((event) => (event.kind === 'epoch-ended' ? [event.losses['side'] ?? 0] : []));

  expect(events[0]).toMatchObject({
    kind: 'training-began',
    steps: 16,
    stepsPerEpoch: 4,
    batchSize: 16,
    done: 0,
  });
  expect(events.filter(({ kind }) => kind === 'training-step')).toHaveLength(16);
  expect(losses).toHaveLength(4);
  expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) / 2);
  expect(events.at(-1)).toMatchObject({ kind: 'training-ended', steps: 16 });
  expect(structuredClone(events)).toEqual(events);
});

it.each([{ kind: 'sgd', momentum: 0.9 }, { kind: 'adamw' }] as const)(
  'goes on from a checkpoint to the same weights, to the bit: $kind',
  async (optimiser) => {
    const whole = { ...plan, trainer: { ...plan.trainer, optimiser } };
    const through = new Training(whole);
    await pull(through, 16);
    const expected = await weightsOf(through);

    const begun = new Training(whole);
    await pull(begun, 6);
    const resumed = new Training(whole, structuredClone(await begun.checkpoint()));
    await pull(resumed, 10);

    expect(await weightsOf(resumed)).toEqual(expected);
    [through, begun, resumed].forEach((training) => training.dispose());
  },
);

it('takes micro-batches under the memory budget to the same end, without batch norms', async () => {
  const network = halvesNetwork(false);
  const whole = {
    ...plan,
    graph: network,
    objective: sideObjective(network),
    trainer: { ...plan.trainer, dropout: new Map() },
  };
  const [one, several] = [new Training(whole), new Training({ ...whole, memoryBudgetBytes: 4000 })];
  const began = await several.run().next();
  await Promise.all([pull(one, 5), pull(several, 5)]);

  expect(began.value).toMatchObject({ microBatchSize: 5 });
  const [found, wanted] = [await weightsOf(several), await weightsOf(one)];
  found.forEach((weight, index) => expect(weight).toBeCloseTo(wanted[index] ?? Number.NaN, 5));
  [one, several].forEach((training) => training.dispose());
});

it('trains a network that takes one sample at a time as any, with batch norms as they are', async () => {
  const trainer = { ...plan.trainer, dropout: new Map() };
  const any = new Training({ ...plan, trainer: { ...trainer, frozenStatistics: true } });
  const single = new Training({ ...plan, trainer, graph: forOneSample(graph) });
  const began = await single.run().next();
  await Promise.all([pull(any, 5), pull(single, 5)]);

  expect(began.value).toMatchObject({ microBatchSize: 1 });
  const [found, wanted] = [await weightsOf(single), await weightsOf(any)];
  found.forEach((weight, index) => expect(weight).toBeCloseTo(wanted[index] ?? Number.NaN, 5));
  [any, single].forEach((training) => training.dispose());
});

it('keeps no tensor over a thousand steps', async () => {
  const training = new Training({ ...plan, epochs: 250 });
  const counts: number[] = [];
  for await (const event of training.run())
    if (event.kind === 'training-step') counts.push(tf.memory().numTensors);
  training.dispose();

  expect(counts).toHaveLength(1000);
  expect(new Set(counts.slice(10))).toEqual(new Set([counts[9]]));
});

describe('a training that diverges', () => {
  const spoiled = (from: number): Objective => {
    let seen = 0;
    return {
      on: async (batch) => {
        const objective = await plan.objective.on(batch);
        const isBad = ++seen >= from;
        return {
          ...objective,
          appraise: (data) => {
            const { losses, gradients } = objective.appraise?.(data) ?? { losses: {}, gradients: [] };
            return { losses: isBad ? { ...losses, depth: Infinity } : { ...losses, depth: 1 }, gradients };
          },
        };
      },
    };
  };

  it('goes back to the last good checkpoint and says which loss and what to lower', async () => {
    const training = new Training({ ...plan, objective: spoiled(12), checkpointEvery: 4 });
    const kept: number[][] = [];
    let last: TrainingEvent | null = null;
    for await (const event of training.run()) {
      if (event.kind === 'training-step') kept.push(await weightsOf(training));
      last = event;
    }
    expect(last).toMatchObject({ kind: 'training-diverged', step: 12, loss: 'depth', restored: 8 });
    expect(last).toHaveProperty(
      'message',
      expect.stringMatching(/^At step 12 the loss "depth" .* Lower the learning rate/),
    );
    expect(await weightsOf(training)).toEqual(kept[7]);
    training.dispose();
  });

  it('is noticed when only the weights blow up', async () => {
    const events = await runAll({ ...plan, schedule: { kind: 'constant', peak: 1e30, warmUp: 0 } });
    expect(events.at(-1)?.kind).toBe('training-diverged');
  });
});

async function runAll(which: TrainingPlan): Promise<TrainingEvent[]> {
  const training = new Training(which);
  const events: TrainingEvent[] = [];
  for await (const event of training.run()) events.push(event);
  training.dispose();
  return events;
}

async function pull(training: Training, steps: number): Promise<void> {
  let left = steps;
  for await (const event of training.run()) if (event.kind === 'training-step' && --left === 0) return;
}

async function weightsOf(training: Training): Promise<number[]> {
  const graphs: Graph[] = [await training.snapshot(), await training.snapshot('average')];
  return graphs.flatMap(({ params }) => [...params.values()].flatMap(({ data }) => Array.from(data)));
}
