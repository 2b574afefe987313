import * as tf from '@tensorflow/tfjs-core';
import { beforeAll, expect, it } from 'vitest';
import type { Graph } from '../../graph/graph';
import { startWasm } from '../testing/wasm';
import { dropoutMask } from './dropout';
import { registerGradients } from './gradients';
import { Random } from '../../util/random';
import { halvesNetwork } from './testing/bright-halves';
import { Trainer } from './trainer';
import type { TrainerOptions } from './trainer-options';

beforeAll(async () => {
  await startWasm();
  registerGradients();
});

const options: TrainerOptions = {
  optimiser: { kind: 'sgd', momentum: 0.9 },
  seed: 1,
};

it('learns which half of an image is bright, and leaves no tensors behind', () => {
  const before = tf.memory().numTensors;
  const trainer = new Trainer(halvesNetwork(), options);
  const random = new Random(7);
  const losses: number[] = [];
  for (let step = 0; step < 40; step++) losses.push(stepOn(trainer, brightHalves(16, random)));
  trainer.dispose();

  expect(losses[0]).toBeGreaterThan(0.5);
  expect(losses.at(-1)).toBeLessThan(0.1);
  expect(tf.memory().numTensors).toBe(before);
});

it('takes the same steps from the same seeds', async () => {
  const train = async (): Promise<number[]> => {
    const network = halvesNetwork();
    const dropped = network.nodes.find(({ op }) => op === 'unary')?.output ?? '';
    const trainer = new Trainer(network, { ...options, dropout: new Map([[dropped, 0.5]]) });
    const random = new Random(7);
    for (let step = 0; step < 3; step++) stepOn(trainer, brightHalves(8, random));
    const graph = await trainer.snapshot();
    trainer.dispose();
    return [...graph.params.values()].flatMap(({ data }) => Array.from(data));
  };
  expect(await train()).toEqual(await train());
});

it('moves running statistics towards the batch’s and leaves the network it was given alone', async () => {
  const network = halvesNetwork();
  const trainer = new Trainer(network, { ...options, statisticsMomentum: 0 });
  stepOn(trainer, brightHalves(64, new Random(3)));
  const trained = await trainer.snapshot();
  trainer.dispose();

  const mean = (graph: Graph): readonly number[] => Array.from(graph.params.get('norm.mean')?.data ?? []);
  expect(mean(network)).toEqual([0, 0, 0, 0]);
  expect(mean(trained).some((value) => Math.abs(value) > 0.01)).toBe(true);
});

it('shrinks kernels by weight decay and scales by sparsity where the loss is flat', async () => {
  const trainer = new Trainer(halvesNetwork(), {
    ...options,
    optimiser: { kind: 'sgd', momentum: 0 },
    weightDecay: 0.1,
    scaleSparsity: 0.3,
  });
  const { x, labels } = brightHalves(4, new Random(5));
  const flat = (outputs: ReadonlyMap<string, tf.Tensor>): tf.Scalar =>
    tf.sum(tf.mul(outputs.get('y') ?? 0, 0));
  tf.dispose([trainer.step(new Map([['x', x]]), flat, 0.5), x, labels]);
  const { params } = await trainer.snapshot();
  trainer.dispose();

  const original = halvesNetwork().params;
  const kernel = original.get('conv.kernel')?.data[0] ?? 0;
  expect(params.get('conv.kernel')?.data[0]).toBeCloseTo(kernel * (1 - 0.5 * 0.1), 6);
  expect(params.get('norm.scale')?.data[0]).toBeCloseTo(1 - 0.5 * 0.3, 6);
  expect(params.get('norm.offset')?.data[0]).toBe(0);
});

it('drops whole channels and keeps their mean', () => {
  const mask = dropoutMask([500, 3, 3, 4], 0.25, new Random(1));
  const factors = Array.from(mask.dataSync());

  expect(mask.shape).toEqual([500, 1, 1, 4]);
  expect(new Set(factors)).toEqual(new Set([0, Math.fround(4 / 3)]));
  expect(factors.reduce((sum, factor) => sum + factor) / factors.length).toBeCloseTo(1, 1);
});

interface Batch {
  readonly x: tf.Tensor;
  readonly labels: tf.Tensor;
}

function stepOn(trainer: Trainer, { x, labels }: Batch): number {
  const loss = trainer.step(
    new Map([['x', x]]),
    (outputs) => tf.losses.softmaxCrossEntropy(labels, outputs.get('y') ?? labels),
    0.1,
  );
  const value = loss.dataSync()[0] ?? Number.NaN;
  tf.dispose([loss, x, labels]);
  return value;
}

/** Images of 4×4 noise whose left or right half is brighter. */
function brightHalves(count: number, random: Random): Batch {
  const sides = Array.from({ length: count }, () => random.integer(2));
  const pixels = sides.flatMap((side) =>
    Array.from(
      { length: 16 },
      (_, pixel) => random.normal() * 0.2 + (Math.floor((pixel % 4) / 2) === side ? 1 : 0),
    ),
  );
  return {
    x: tf.tensor4d(pixels, [count, 4, 4, 1]),
    labels: tf.tidy(() => tf.cast(tf.oneHot(tf.tensor1d(sides, 'int32'), 2), 'float32')),
  };
}
