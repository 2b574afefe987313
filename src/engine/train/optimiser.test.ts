import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, describe, expect, it } from 'vitest';
import { startWasm } from '../testing/wasm';
import { registerGradients } from './gradients';
import { halvesNetwork } from './testing/bright-halves';
import { Trainer } from './trainer';
import type { TrainerOptions } from './trainer-options';

beforeAll(async () => {
  await startWasm();
  registerGradients();
});

describe('one step down a slope of 1 for the output bias', () => {
  it('AdamW takes the learning rate, whatever the slope, and shrinks kernels apart from it', async () => {
    const options = { optimiser: { kind: 'adamw' }, weightDecay: 0.1, seed: 1 } as const;
    const [before, after] = await biasStep(options, 0.5);
    expect(after.bias[0]).toBeCloseTo(-0.5, 5);
    const moved = (after.kernel[0] ?? 0) - (before.kernel[0] ?? 0) * (1 - 0.5 * 0.1);
    expect(Math.abs(Math.abs(moved) - 0.5)).toBeLessThan(1e-4);
  });

  it('two steps of AdamW follow the corrected moments', async () => {
    const [, after] = await biasStep(
      { optimiser: { kind: 'adamw', beta1: 0.5, beta2: 0.5 }, seed: 1 },
      0.1,
      [1, 3],
    );
    // means: .5, 1.75 of corrected .75; squares: .5, 4.75 of corrected .75
    const second = (0.1 * (1.75 / 0.75)) / Math.sqrt(4.75 / 0.75);
    expect(after.bias[0]).toBeCloseTo(-0.1 - second, 5);
  });

  it('Nesterov momentum looks ahead', async () => {
    const [, after] = await biasStep({ optimiser: { kind: 'sgd', momentum: 0.9 }, seed: 1 }, 0.1, [1, 1]);
    expect(after.bias[0]).toBeCloseTo(-0.1 * (1 + 0.9) - 0.1 * (1 + 0.9 * 1.9), 5);
  });
});

it('a gradient longer than the limit is cut to it, and its length is told', async () => {
  const options = { optimiser: { kind: 'sgd', momentum: 0 }, seed: 1 } as const;
  const [free] = await stepLength(options);
  const [clipped, norm] = await stepLength({ ...options, clipNorm: free / 4 });
  expect(norm).toBeCloseTo(free, 4);
  expect(clipped).toBeCloseTo(free / 4, 4);
});

it('the moving average follows the weights, faster in the beginning', async () => {
  const trainer = new Trainer(halvesNetwork(), {
    optimiser: { kind: 'sgd', momentum: 0 },
    averageDecay: 0.99,
    seed: 1,
  });
  await descend(trainer, 1, 1);
  const [current, average] = await Promise.all([trainer.snapshot(), trainer.snapshot('average')]);
  trainer.dispose();
  const bias = (params: typeof current.params) => params.get('dense.bias')?.data[0];
  expect(bias(current.params)).toBeCloseTo(-1, 6);
  expect(bias(average.params)).toBeCloseTo(-(1 - 2 / 11), 6);
});

it('only the weights that are to be trained move', async () => {
  const trainer = new Trainer(halvesNetwork(), {
    optimiser: { kind: 'sgd', momentum: 0 },
    trains: ({ name }) => name === 'dense.bias',
    seed: 1,
  });
  await descend(trainer, 1, 1);
  const { params } = await trainer.snapshot();
  trainer.dispose();
  expect(params.get('dense.kernel')?.data).toEqual(halvesNetwork().params.get('dense.kernel')?.data);
  expect(params.get('dense.bias')?.data[0]).toBeCloseTo(-1, 6);
});

it('terms in tensors and in numbers add up', async () => {
  const graph = halvesNetwork();
  const trainer = new Trainer(graph, { optimiser: { kind: 'sgd', momentum: 0 }, seed: 1 });
  const x = tf.ones([1, 4, 4, 1]);
  const losses = await trainer.gather(new Map([['x', x]]), {
    values: graph.outputs.map(({ value }) => value),
    appraise: () => ({ losses: { given: 7 }, gradients: [Float32Array.of(1, 0)] }),
    terms: { tensor: ([y = tf.scalar(0)]) => tf.sum(tf.mul(y, tf.tensor1d([2, 3]))) },
  });
  await trainer.update(1, 1);
  const { params } = await trainer.snapshot();
  tf.dispose(x);
  trainer.dispose();
  expect(losses['given']).toBe(7);
  expect(Number.isFinite(losses['tensor'])).toBe(true);
  expect(Array.from(params.get('dense.bias')?.data ?? [])).toEqual([-3, -3]);
});

interface Weights {
  readonly kernel: Float32Array;
  readonly bias: Float32Array;
}

/** Steps with these slopes for the first output; its bias starts at 0. */
async function biasStep(
  options: TrainerOptions,
  rate: number,
  slopes: readonly number[] = [1],
): Promise<[before: Weights, after: Weights]> {
  const trainer = new Trainer(halvesNetwork(), options);
  const before = await weights(trainer);
  for (const slope of slopes) await descend(trainer, rate, slope);
  const after = await weights(trainer);
  trainer.dispose();
  return [before, after];
}

/** How far all weights moved together at a learning rate of 1, and the norm that was told. */
async function stepLength(options: TrainerOptions): Promise<[length: number, norm: number]> {
  const trainer = new Trainer(halvesNetwork(false), options);
  const norm = await descend(trainer, 1, 1);
  const { params } = await trainer.snapshot();
  trainer.dispose();
  let squares = 0;
  for (const { id, data } of halvesNetwork(false).params.values())
    data.forEach((start, index) => (squares += ((params.get(id)?.data[index] ?? 0) - start) ** 2));
  return [Math.sqrt(squares), norm];
}

async function descend(trainer: Trainer, rate: number, slope: number): Promise<number> {
  const x = tf.tensor(
    Float32Array.from({ length: 16 }, (_, pixel) => Math.sin(pixel)),
    [1, 4, 4, 1],
  );
  const y = halvesNetwork().outputs[0]?.value ?? '';
  await trainer.gather(new Map([['x', x]]), {
    values: [y],
    appraise: () => ({ losses: {}, gradients: [Float32Array.of(slope, 0)] }),
  });
  x.dispose();
  return trainer.update(rate, 1);
}

async function weights(trainer: Trainer): Promise<Weights> {
  const { params } = await trainer.snapshot();
  const none = new Float32Array();
  return { kernel: params.get('dense.kernel')?.data ?? none, bias: params.get('dense.bias')?.data ?? none };
}
