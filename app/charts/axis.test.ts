import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { downsample, niceTicks, spreadLabels, stagedTop, stepTicks } from './axis';

describe('ticks', () => {
  it('are round and lie within the axis', () => {
    expect(niceTicks(0, 1)).toEqual([0, 0.25, 0.5, 0.75, 1]);
    expect(niceTicks(0, 0.47)).toEqual([0, 0.1, 0.2, 0.3, 0.4]);
    expect(niceTicks(-0.3, 0.9)).toEqual([-0.25, 0, 0.25, 0.5, 0.75]);
    expect(niceTicks(2, 2)).toEqual([2]);
  });

  it('count steps in whole numbers', () => {
    expect(stepTicks(5, 8)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(stepTicks(51, 6)).toEqual([0, 10, 20, 30, 40, 50]);
  });
});

it('lets an axis grow in leaps, and never below its values', () => {
  expect(stagedTop(0, 1)).toBe(1 / 16);
  expect(stagedTop(0.3, 1)).toBe(0.5);
  expect(stagedTop(0.9, 1)).toBe(2);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 50, noNaN: true }), (value) => stagedTop(value, 1) >= value),
  );
});

describe('labels', () => {
  it('stay where they are when they do not touch', () => {
    expect(spreadLabels([50, 10], 12, 0, 100)).toEqual([50, 10]);
  });

  it('keep their distance and their order within the plot', () => {
    const positions = fc.array(fc.integer({ min: -20, max: 320 }), { maxLength: 7 });
    fc.assert(
      fc.property(positions, (wanted) => {
        const placed = spreadLabels(wanted, 14, 0, 300);
        const sorted = wanted
          .map((want, index) => ({ want, at: placed[index] ?? 0 }))
          .sort((a, b) => a.at - b.at);
        sorted.forEach((label, index) => {
          expect(label.at).toBeGreaterThanOrEqual(0);
          expect(label.at).toBeLessThanOrEqual(300);
          const previous = sorted[index - 1];
          if (!previous) return;
          expect(label.at - previous.at).toBeGreaterThanOrEqual(14);
          expect(label.want).toBeGreaterThanOrEqual(previous.want);
        });
      }),
    );
  });
});

it('thins long series out, keeping both ends', () => {
  const series = Array.from({ length: 1001 }, (_, index) => index);
  const thin = downsample(series, 200);
  expect(thin).toHaveLength(200);
  expect([thin[0], thin.at(-1)]).toEqual([0, 1000]);
  expect(new Set(thin).size).toBe(200);
  expect(downsample([1, 2], 200)).toEqual([1, 2]);
});
