import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { distinctCandidates, limitedCount, removalCount } from './candidates';
import { defaultSettings } from './recipe-defaults';

describe('limits on what remains', () => {
  it('round kept counts up to a multiple', () => {
    const kept = distinctCandidates(defaultSettings.ratios, 64, { keptMultiple: 8 }).map(
      ({ removed }) => 64 - removed,
    );
    expect(kept).toEqual([56, 48, 40, 32, 24, 16, 8]);
  });

  it('leave a group whole that is smaller than the multiple or the minimum', () => {
    expect(distinctCandidates(defaultSettings.ratios, 6, { keptMultiple: 8 })).toEqual([]);
    expect(distinctCandidates(defaultSettings.ratios, 6, { minKept: 8 })).toEqual([]);
  });

  it('cap what a group loses', () => {
    expect(
      distinctCandidates([0.25, 0.5, 0.75], 16, { maxRatio: 0.5 }).map(({ removed }) => removed),
    ).toEqual([4, 8]);
  });

  it('never remove more than the ratio alone would, and hold together', () => {
    const limits = fc.record({
      minKept: fc.integer({ min: 1, max: 40 }),
      keptMultiple: fc.integer({ min: 1, max: 16 }),
      maxRatio: fc.double({ min: 0.05, max: 1, noNaN: true }),
    });
    const ratio = fc.double({ min: 0.01, max: 0.99, noNaN: true });
    fc.assert(
      fc.property(ratio, fc.integer({ min: 1, max: 300 }), limits, (share, size, given) => {
        const removed = limitedCount(share, size, given);
        const kept = size - removed;
        expect(removed).toBeLessThanOrEqual(removalCount(share, size));
        expect(removed === 0 || kept % given.keptMultiple === 0).toBe(true);
        expect(removed === 0 || kept >= given.minKept).toBe(true);
        expect(removed).toBeLessThanOrEqual(given.maxRatio * size);
      }),
    );
  });
});
