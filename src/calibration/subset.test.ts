import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { selectSamples } from './subset';

const labels = [0, 0, 0, 0, 0, 0, 1, 1, 2, 2];
const classOf = (array: string) => (array === 'kind' ? (sample: number) => labels[sample] ?? -1 : null);
const select = (
  subset: { count: number; seed: number; balance?: string } | null,
  limit: number | null = null,
) => [...selectSamples(labels.length, { file: 'set', limit, ...(subset ? { subset } : {}) }, classOf)];

describe('selectSamples', () => {
  it('takes the first ones in order unless a subset is asked for', () => {
    expect(select(null, 3)).toEqual([0, 1, 2]);
  });

  it('draws the same samples for a seed, each once, and at most the limit of them', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), fc.nat(), (count, seed) => {
        const drawn = select({ count, seed });
        expect(drawn).toHaveLength(Math.min(count, labels.length));
        expect(new Set(drawn).size).toBe(drawn.length);
        expect(select({ count, seed }, 2)).toEqual(drawn.slice(0, 2));
      }),
    );
    expect(select({ count: 10, seed: 1 })).not.toEqual(select({ count: 10, seed: 2 }));
  });

  it('takes each class in turn as long as it has samples', () => {
    const drawn = select({ count: 8, seed: 5, balance: 'kind' }).map((sample) => labels[sample]);
    expect(drawn).toEqual([0, 1, 2, 0, 1, 2, 0, 0]);
  });

  it('refuses to balance by an array that is not there', () => {
    expect(() => select({ count: 2, seed: 0, balance: 'age' })).toThrow(
      'set, subset.balance: there is no array "age" with a class for each sample.',
    );
  });
});
