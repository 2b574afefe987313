import { describe, expect, it } from 'vitest';
import type { BoundTask } from '../tasks/task';
import { estimateLoss } from './estimate';
import { Tally } from './tally';
import { Random } from '../util/random';

const COUNT = 256;

/** A task whose loss is its output. */
const task: BoundTask = {
  spec: { name: 'task', loss: 'mse', output: 'y' },
  metric: null,
  losses: ({ outputs }) => Float64Array.from(outputs[0]?.data ?? []),
  gradients: ({ outputs }) => outputs.map(({ data }) => data.map(() => 1)),
};

function tallyOf(losses: readonly number[], samples: readonly number[]): Tally {
  const tally = new Tally(task, COUNT);
  const data = Float32Array.from(samples, (sample) => losses[sample] ?? NaN);
  tally.add({ index: 0, samples }, [{ sampleShape: [1], data }]);
  return tally;
}

const everySample = [...Array(COUNT).keys()];
const meanOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

describe('estimateLoss', () => {
  it('lies within two standard errors of the mean nineteen times in twenty, about', () => {
    const random = new Random(3);
    let within = 0;
    for (let trial = 0; trial < 400; trial++) {
      const losses = everySample.map(() => random.normal() ** 2);
      const samples = [...random.permutation(COUNT)].slice(0, 32);
      const { loss, error } = estimateLoss(tallyOf(losses, samples), null, samples, COUNT);
      if (Math.abs(loss - meanOf(losses)) < 2 * error) within += 1;
    }
    expect(within / 400).toBeGreaterThan(0.88);
    expect(within / 400).toBeLessThan(0.99);
  });

  it('of a small change to a network that is known is far surer than of the loss itself', () => {
    const random = new Random(4);
    const before = everySample.map(() => random.normal() ** 2);
    const after = before.map((loss) => loss + 0.1 + 0.01 * random.uniform());
    const samples = everySample.slice(0, 32);
    const known = tallyOf(before, everySample);
    const paired = estimateLoss(tallyOf(after, samples), known, samples, COUNT);
    const alone = estimateLoss(tallyOf(after, samples), null, samples, COUNT);
    expect(Math.abs(paired.loss - meanOf(after))).toBeLessThan(3 * paired.error);
    expect(paired.error).toBeLessThan(alone.error / 50);
  });

  it('of all samples is exact', () => {
    const losses = everySample.map((sample) => sample / 64);
    const { loss, error } = estimateLoss(tallyOf(losses, everySample), null, everySample, COUNT);
    expect(loss).toBeCloseTo(meanOf(losses), 9);
    expect(error).toBe(0);
  });

  it('says nothing of the error with a single sample', () => {
    expect(estimateLoss(tallyOf([1], [0]), null, [0], COUNT)).toEqual({ loss: 1, error: Infinity });
  });
});
