import fc from 'fast-check';
import { expect, it, vi } from 'vitest';
import { measureProfile } from './measure-profile';
import { defaultRatios } from './recipe-defaults';
import { runToEnd, toyChain, toySession, toySettings } from './testing/toy';

const chain = toyChain([10, 20, 12, 7]);

/** Loss rises by number of removed units, never falling. */
const rising = fc
  .array(fc.integer({ min: 0, max: 120 }), { minLength: 20, maxLength: 20 })
  .map((steps) => steps.map((_, count) => steps.slice(0, count).reduce((sum, step) => sum + step, 0) / 1000));
const rises = fc.record({ a: rising, b: rising, c: rising, d: rising });
const settings = fc.record({
  mode: fc.constantFrom('corrected' as const, 'published' as const),
  delta: fc.double({ min: 0.02, max: 0.6, noNaN: true }),
  lambda: fc.double({ min: 0.7, max: 1.4, noNaN: true }),
  topK: fc.constantFrom(1, 0.5),
});

it('decides as the linear search does where drops rise with what is removed', async () => {
  await fc.assert(
    fc.asyncProperty(rises, rises, settings, fc.boolean(), async (left, right, chosen, isProfiled) => {
      const by = (rise: Readonly<Record<string, readonly number[]>>) => (group: string, removed: number) =>
        rise[group]?.[removed] ?? 0;
      const run = (search: 'linear' | 'bracket', profiled: boolean) => {
        const session = toySession(chain, { left: by(left), right: by(right) });
        const measured = profiled ? measureAll(session) : Promise.resolve();
        return measured.then(() => runToEnd(session, { ...toySettings, ...chosen, search }));
      };
      const linear = await run('linear', false);
      const bracket = await run('bracket', isProfiled);
      expect(bracket.keep).toEqual(linear.keep);
      const decided = ({ report }: typeof linear) =>
        report.steps.map(({ committed, stoppedBy, lossRise }) => ({ committed, stoppedBy, lossRise }));
      expect(decided(bracket)).toEqual(decided(linear));
      expect(bracket.report.steps.every(({ monotone }) => monotone === undefined)).toBe(true);
      expect(bracket.report.work.naiveMacs).toBe(linear.report.work.naiveMacs);
    }),
    { numRuns: 60 },
  );
});

it('says where drops fell although more was removed', async () => {
  const drops = [0, 0.19, 0.15, 0.5];
  const session = toySession(chain, {
    task: (group, removed) => (group === 'd' ? (drops[removed] ?? 1) : 0),
  });
  const { report } = await runToEnd(session, { ...toySettings, search: 'bracket' });
  expect(report.steps.find(({ group }) => group === 'd')?.monotone).toBe(false);
  expect(report.steps.find(({ group }) => group === 'a')?.monotone).toBeUndefined();
});

it('goes on where a guess was too low and back where it was too high', async () => {
  for (const misled of [0.001, 9]) {
    const session = toySession(chain, { task: (_, removed) => removed * 0.03 });
    const points = defaultRatios.map((ratio) => ({ ratio, removed: ratio * 20, drops: { task: misled } }));
    session.guide.useProfile({ baseline: { task: 1 }, points: { b: points } });
    const { report } = await runToEnd(session, { ...toySettings, search: 'bracket' });
    expect(report.steps.find(({ group }) => group === 'b')?.committed?.removed).toHaveLength(6);
  }
});

it('tells the oracle what it measures next, should a candidate pass', async () => {
  const session = toySession(chain, { task: (_, removed) => removed * 0.03 });
  const exact = session.oracle.evaluate.bind(session.oracle);
  const evaluate = vi.spyOn(session.oracle, 'evaluate').mockImplementation(async (keep, options) => {
    const found = await exact(keep, options);
    return options?.portion ? { ...found, bound: 'estimate', errors: { task: 0 } } : found;
  });
  await runToEnd(session, { ...toySettings, search: 'bracket' });
  const measured = evaluate.mock.calls.filter(([, options]) => options?.vary && !options.portion);
  const told = measured.flatMap(([keep, options], index) =>
    options?.next ? [{ keep, next: options.next.keep, then: measured[index + 1] }] : [],
  );
  expect(told.length).toBeGreaterThan(0);
  for (const { next, then } of told) if (then?.[1]?.vary) expect(next).toEqual(then[0]);
});

async function measureAll(session: ReturnType<typeof toySession>): Promise<void> {
  const measuring = measureProfile(session, { ratios: defaultRatios, saliency: 'l1' });
  while (!(await measuring.next()).done);
}
