import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Session } from '../session/index';
import { goldenRuns, type GoldenCase, type GoldenRun } from '../testing/golden';
import type { Report } from './report';
import { goldenSession, goldenSettings } from './testing/golden-session';
import { runToEnd } from './testing/toy';

/** Every decision of independent PyTorch runs, made again here. GOLDEN=all makes all of them, which takes minutes. */
const runsByDefault = ['run-corrected-d0.2-a5-k0.7.json', 'run-published-d0.2-a5-k0.7.json'];
const all = process.env['GOLDEN'] === 'all';
const cases: readonly GoldenCase[] = all ? ['vggmulti', 'resmulti', 'mobilecenter'] : ['vggmulti'];

const tolerance = 1e-3;
/** PyTorch names a layer `c.10`; the ONNX file names its kernel. */
const kernelOf = (module: string) => `${module}.weight`;

describe.each(cases)('%s', (name) => {
  const runs = goldenRuns(name).filter(({ file }) => all || runsByDefault.includes(file));
  let session: Session;
  beforeAll(async () => {
    session = await goldenSession(name);
  });
  afterAll(() => session.dispose());

  it.each(runs)('decides what $file decided', { timeout: 600_000 }, async ({ run }) => {
    const { report, events } = await runToEnd(session, goldenSettings(run));
    expect(report.lambda).toBeCloseTo(run.lam, 9);
    expect(report.order).toEqual(run.order.map(kernelOf));
    const gains = events.find((event) => event.kind === 'order-found')?.gains;
    expect(gains).toEqual(Object.fromEntries(run.groups.map(({ root, gain }) => [kernelOf(root), gain])));
    expectSteps(report, run);
    expectFinal(report, run);
  });

  it.each(runs)(
    'decides with the bracket search what $file decided',
    { timeout: 600_000 },
    async ({ run }) => {
      const fresh = await goldenSession(name);
      const settings = { ...goldenSettings(run), search: 'bracket' } as const;
      const { report } = await runToEnd(fresh, settings);
      fresh.dispose();
      expect(report.order).toEqual(run.order.map(kernelOf));
      expect(report.steps.map(({ committed }) => committed ?? { ratio: 0, removed: [] })).toEqual(
        run.steps.map(({ ratio, removed }) => ({ ratio, removed })),
      );
      expectFinal(report, run);
      expect(report.work.macs).toBeLessThan(report.work.naiveMacs / 4);
    },
  );
});

function expectSteps({ steps }: Report, run: GoldenRun): void {
  expect(steps).toHaveLength(run.steps.length);
  run.steps.forEach((golden, index) => {
    const step = steps[index];
    expect(step?.group).toBe(kernelOf(golden.group));
    expect(step?.threshold).toBeCloseTo(golden.threshold, 9);
    expect(step?.trials.map(({ ratio, removed }) => [ratio, removed])).toEqual(
      golden.trials.map(({ ratio, removed }) => [ratio, removed]),
    );
    golden.trials.forEach(({ rel }, trial) => expectClose(step?.trials[trial]?.drops, rel));
    expect(step?.stoppedBy).toBe(golden.stopped_by);
    expect(step?.committed ?? { ratio: 0, removed: [] }).toEqual({
      ratio: golden.ratio,
      removed: golden.removed,
    });
    expect(step?.macsSaved).toBe(golden.macs_saved ?? 0);
    expect(Math.abs((step?.lossRise ?? NaN) - (golden.loss_rise ?? 0))).toBeLessThan(tolerance);
  });
}

function expectFinal({ final, original, removed }: Report, run: GoldenRun): void {
  const goldenRemoved = Object.entries(run.final_removed).filter(([, channels]) => channels.length > 0);
  expect(removed).toEqual(
    Object.fromEntries(goldenRemoved.map(([module, channels]) => [kernelOf(module), channels])),
  );
  expect({ macs: final.macs, params: final.params }).toEqual({
    macs: run.final.macs,
    params: run.final.params,
  });
  expect({ macs: original.macs, params: original.params }).toEqual(run.original);
  expectClose(original.losses, run.base);
  expectClose(final.losses, run.final.losses);
}

function expectClose(
  actual: Readonly<Record<string, number>> | undefined,
  expected: Readonly<Record<string, number>>,
): void {
  expect(Object.keys(actual ?? {}).sort()).toEqual(Object.keys(expected).sort());
  for (const [task, value] of Object.entries(expected)) {
    expect(Math.abs((actual?.[task] ?? NaN) - value), task).toBeLessThan(tolerance);
  }
}
