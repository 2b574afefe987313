import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cutSamples } from './sample-batch';
import { movesBetween, shuffled, stratify } from './strata';

const difficulties = fc
  .array(fc.double({ min: 0, max: 10, noNaN: true }), { minLength: 1, maxLength: 200 })
  .map((values) => Float64Array.from(values));
const batchCounts = fc.integer({ min: 4, max: 32 });

const inOrder = (samples: readonly number[]) => samples.toSorted((a, b) => a - b);
const mean = (samples: readonly number[], of: Float64Array) =>
  samples.reduce((sum, sample) => sum + (of[sample] ?? NaN), 0) / samples.length;

describe('stratify', () => {
  it('deals every sample out once', () => {
    fc.assert(
      fc.property(difficulties, batchCounts, (difficulty, count) => {
        const samples = stratify(difficulty, count)?.flatMap((batch) => batch.samples) ?? [];
        expect(inOrder(samples)).toEqual([...difficulty.keys()]);
      }),
    );
  });

  it('gives the first batches a fair share of every difficulty, and the next ones the hardest', () => {
    const difficulty = Float64Array.from({ length: 256 }, (_, sample) => (sample < 64 ? 100 + sample : 1));
    const batches = stratify(difficulty, 16) ?? [];
    const means = batches.map(({ samples }) => mean(samples, difficulty));
    const whole = mean([...difficulty.keys()], difficulty);
    for (const probe of means.slice(0, 4)) expect(Math.abs(probe / whole - 1)).toBeLessThan(0.1);
    expect(means.slice(4)).toEqual(means.slice(4).toSorted((a, b) => b - a));
    expect(means[4]).toBeGreaterThan(3 * whole);
  });

  it('leaves the samples as they are where there are too few batches for both', () => {
    expect(stratify(new Float64Array(8), 3)).toBeNull();
  });
});

it('moves bring each sample’s row to its new batch', () => {
  fc.assert(
    fc.property(difficulties, batchCounts, fc.integer({ min: 1, max: 40 }), (difficulty, count, largest) => {
      const before = cutSamples(shuffled(difficulty.length), largest);
      const dealt = stratify(difficulty, count) ?? [];
      const { batches, moves } = movesBetween(before, dealt);
      moves.forEach((parts, index) => {
        const brought = parts.flatMap(({ from, rows }) => rows.map((row) => before[from]?.samples[row]));
        expect(brought).toEqual(batches[index]?.samples);
        expect(inOrder(batches[index]?.samples ?? [])).toEqual(inOrder(dealt[index]?.samples ?? []));
      });
    }),
  );
});
