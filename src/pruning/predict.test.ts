import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { measureProfile } from './measure-profile';
import { predictRun, type Prediction } from './predict';
import { profileDrops, type SensitivityProfile } from './profile';
import { defaultRatios } from './recipe-defaults';
import type { PagcpSettings } from './recipe';
import type { PruningSession } from './session';
import { runToEnd, toyChain, toySession, toySettings } from './testing/toy';

const chain = toyChain([10, 20, 12, 7]);

async function profileOf(session: PruningSession, ceiling?: number): Promise<SensitivityProfile> {
  const options = { ratios: defaultRatios, saliency: 'l1', ...(ceiling ? { ceiling } : {}) } as const;
  const measuring = measureProfile(session, options);
  for (;;) {
    const next = await measuring.next();
    if (next.done) return next.value;
  }
}

function predict(session: PruningSession, profile: SensitivityProfile, settings: PagcpSettings): Prediction {
  const { channels, cost, tasks } = session;
  return predictRun({ profile, groups: channels.groups, cost, tasks, settings });
}

/** Loss rise for each unit removed. */
const perUnit = fc.integer({ min: 0, max: 200 }).map((thousandths) => thousandths / 1000);
const rises = fc.record({ a: perUnit, b: perUnit, c: perUnit, d: perUnit });
const settings = fc.record({
  mode: fc.constantFrom('corrected' as const, 'published' as const),
  delta: fc.double({ min: 0.02, max: 0.5, noNaN: true }),
  lambda: fc.double({ min: 0.7, max: 1.4, noNaN: true }),
  topK: fc.constantFrom(1, 0.8, 0.5),
});

describe('predictRun', () => {
  it('tells the exact path of a network whose groups do not interact', async () => {
    await fc.assert(
      fc.asyncProperty(rises, rises, settings, async (left, right, chosen) => {
        const rise = (units: Readonly<Record<string, number>>) => (group: string, removed: number) =>
          removed * (units[group] ?? 0);
        const session = toySession(chain, { left: rise(left), right: rise(right) });
        const all = { ...toySettings, ...chosen };
        const { report } = await runToEnd(session, all);
        const predicted = predict(session, await profileOf(session), all);

        expect(predicted.order).toEqual(report.order);
        expect(predicted.steps.map(({ committed }) => committed?.removed)).toEqual(
          report.steps.map(({ committed }) => committed?.removed.length),
        );
        expect(predicted.steps.map(({ violation }) => violation?.task ?? null)).toEqual(
          report.steps.map(({ stoppedBy }) => stoppedBy),
        );
        expect(predicted.filtered).toEqual(report.filtered);
        const { macs, params, losses } = predicted.final;
        expect({ macs, params }).toEqual({ macs: report.final.macs, params: report.final.params });
        expect(losses['left']).toBeCloseTo(report.final.losses['left'] ?? NaN, 6);
      }),
      { numRuns: 60 },
    );
  });

  it('leaves a group whole that has no profile', () => {
    const session = toySession(chain, { task: () => 0 });
    const { final, steps } = predict(session, { baseline: { task: 1 }, points: {} }, toySettings);
    expect(final.kept).toEqual({});
    expect(steps.every(({ committed }) => committed === null)).toBe(true);
  });
});

describe('measureProfile', () => {
  it('measures each group alone, on the unpruned model', async () => {
    const session = toySession(chain, { task: (_, removed) => removed / 10 });
    const profile = await profileOf(session);
    expect(profile.points['d']?.map(({ removed }) => removed)).toEqual([1, 2, 3, 4, 5, 6]);
    expect(session.oracle.asked.every((keep) => keep.size <= 1)).toBe(true);
  });

  it('goes no further in a group once a drop is above the ceiling', async () => {
    const session = toySession(chain, { task: (_, removed) => removed ** 2 });
    const profile = await profileOf(session, 10);
    expect(profile.points['b']?.map(({ removed }) => removed)).toEqual([1, 2, 3, 4]);
  });
});

describe('profileDrops', () => {
  const point = (removed: number, drop: number) => ({ ratio: 0, removed, drops: { task: drop } });
  const profile = { baseline: { task: 1 }, points: { g: [point(2, 0.2), point(6, 1)] } };

  it.each([
    [0, 0],
    [1, 0.1],
    [2, 0.2],
    [4, 0.6],
    [9, 1],
  ])('is linear between measured counts: %i units', (removed, drop) => {
    expect(profileDrops(profile, 'g', removed)['task']).toBeCloseTo(drop, 12);
  });
});
