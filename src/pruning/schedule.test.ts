import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { goldenRuns } from '../testing/golden';
import { ScheduleError, solveSchedule, thresholds, type Schedule } from './schedule';

const product = (schedule: Schedule, groups: number) =>
  thresholds(schedule, groups).reduce((bound, threshold) => bound * (1 + threshold), 1);

const delta = fc.double({ min: 1e-3, max: 1, noNaN: true });
const groups = fc.integer({ min: 2, max: 80 });

describe('solveSchedule', () => {
  it.each(goldenRuns('vggmulti').concat(goldenRuns('resmulti'), goldenRuns('mobilecenter')))(
    'finds λ of $file as an independent implementation does',
    ({ run }) => {
      const { lambda } = solveSchedule({ delta: run.delta, alpha: run.alpha }, run.groups.length);
      expect(lambda).toBeCloseTo(run.lam, 9);
    },
  );

  it('finds about .977 for the published settings', () => {
    expect(solveSchedule({ delta: 0.06, alpha: 5 }, 51).lambda).toBeCloseTo(0.977, 2);
  });

  it('makes the thresholds multiply to 1+α', () => {
    fc.assert(
      fc.property(delta, fc.double({ min: 1.01, max: 1e3, noNaN: true }), groups, (d, times, count) => {
        const schedule = solveSchedule({ delta: d, alpha: d * times }, count);
        expect(product(schedule, count) / (1 + d * times)).toBeCloseTo(1, 9);
      }),
    );
  });

  it('has one solution: from any two the third comes back', () => {
    fc.assert(
      fc.property(delta, fc.double({ min: 0.8, max: 1.2, noNaN: true }), groups, (d, l, count) => {
        const { alpha } = solveSchedule({ delta: d, lambda: l }, count);
        expect(solveSchedule({ delta: d, alpha }, count).lambda).toBeCloseTo(l, 6);
        expect(solveSchedule({ lambda: l, alpha }, count).delta / d).toBeCloseTo(1, 6);
        expect(solveSchedule({ delta: d, lambda: l, alpha }, count)).toEqual({ delta: d, lambda: l, alpha });
      }),
    );
  });

  it.each([
    [{ delta: 0.5, alpha: 0.4 }, 6, 'raise alpha or lower delta'],
    [{ delta: 0.5, alpha: 0.5 }, 6, 'leaves nothing for the groups after the first'],
    [{ delta: 0.5, alpha: 0.7 }, 1, 'a single prunable group'],
    [{ delta: 0, alpha: 1 }, 6, 'delta is 0, but it must be a positive number'],
    [{ delta: 0.1, alpha: NaN }, 6, 'alpha is NaN'],
    [{ delta: 0.1 }, 6, 'Two of delta, lambda and alpha'],
    [{}, 6, 'Two of delta, lambda and alpha'],
    [{ delta: 0.1, lambda: 1, alpha: 9 }, 6, 'imply an alpha of 0.771561, not 9'],
    [{ delta: 0.1, lambda: 1e300 }, 6, 'overflow'],
    [{ delta: 0.1, alpha: 1 }, 0, 'No group can be pruned'],
  ])('explains why %j over %i groups makes no schedule', (given, count, sentence) => {
    expect(() => solveSchedule(given, count)).toThrow(ScheduleError);
    expect(() => solveSchedule(given, count)).toThrow(sentence);
  });
});
