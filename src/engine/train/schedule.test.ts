import { describe, expect, it } from 'vitest';
import { learningRate } from './schedule';

describe('the learning rate', () => {
  it('warms up to its peak and falls to zero along half a cosine', () => {
    const rate = (progress: number) => learningRate({ kind: 'cosine', peak: 0.2, warmUp: 0.1 }, progress);
    expect([0, 0.05, 0.1, 0.55, 1].map(rate).map(rounded)).toEqual([0, 0.1, 0.2, 0.1, 0]);
  });

  it('goes up and down in one cycle, from a 25th of its peak', () => {
    const rate = (progress: number) => learningRate({ kind: 'one-cycle', peak: 1 }, progress);
    expect([0, 0.15, 0.3, 0.65, 1].map(rate).map(rounded)).toEqual([0.04, 0.52, 1, 0.5, 0]);
  });

  it('stays, or ends at a floor', () => {
    expect(learningRate({ kind: 'constant', peak: 0.3 }, 0.9)).toBe(0.3);
    expect(learningRate({ kind: 'cosine', peak: 0.3, floor: 0.1 }, 1)).toBeCloseTo(0.03);
  });
});

const rounded = (rate: number): number => Number(rate.toFixed(6));
