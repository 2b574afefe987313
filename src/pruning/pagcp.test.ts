import { describe, expect, it } from 'vitest';
import { InputError } from '../util/errors';
import { keepListsAfter, keepListsWithout } from './keep-lists';
import { pagcp } from './pagcp';
import { runToEnd, toyChain, toySession, toySettings, type Sensitivity } from './testing/toy';

const chain = toyChain([10, 20, 12]);
const perUnit =
  (rises: Readonly<Record<string, number>>): Sensitivity[string] =>
  (group, removed) =>
    removed * (rises[group] ?? 0);

describe('pagcp, corrected', () => {
  it('commits the last ratio that no task forbids and raises the bases', async () => {
    const session = toySession(chain, {
      left: perUnit({ a: 0.06, b: 0.01 }),
      right: perUnit({ a: 0.01, b: 0.05 }),
    });
    const { report, events } = await runToEnd(session, { ...toySettings, delta: 0.2, lambda: 0.5 });

    const steps = new Map(report.steps.map((step) => [step.group, step]));
    expect(report.order.slice(0, 2)).toEqual(['b', 'a']);
    expect(steps.get('b')).toMatchObject({ threshold: 0.2, stoppedBy: 'right', committed: { ratio: 0.2 } });
    expect(steps.get('a')).toMatchObject({ threshold: 0.1, stoppedBy: 'left', committed: { ratio: 0.1 } });
    expect(steps.get('b')?.lossRise).toBeCloseTo(0.04 + 0.2);
    const basesOfA = events.find((event) => event.kind === 'step-began' && event.group === 'a');
    expect(basesOfA).toMatchObject({ base: { left: 1.04, right: 1.2 } });
  });

  it('keeps threshold and model when the first candidate is forbidden', async () => {
    const session = toySession(chain, { task: perUnit({ b: 9, a: 0.05, c: 0.05 }) });
    const { report, keep } = await runToEnd(session, { ...toySettings, delta: 0.3, lambda: 0.5 });
    expect(report.steps.map(({ threshold }) => threshold)).toEqual([0.3, 0.3, 0.15]);
    expect(report.steps[0]).toMatchObject({ group: 'b', committed: null, macsSaved: 0, lossRise: 0 });
    expect(keep.has('b')).toBe(false);
  });

  it('tries each count once and commits the largest when none is forbidden', async () => {
    const session = toySession(chain, { task: () => 0 });
    const { report } = await runToEnd(session, toySettings);
    const a = report.steps.find(({ group }) => group === 'a');
    expect(a?.trials.map(({ removed }) => removed)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9]);
    expect(a).toMatchObject({ stoppedBy: null, committed: { ratio: 0.9 } });
    expect(a?.committed?.removed).toHaveLength(9);
  });

  it('lets the ⌈K·C⌉ groups in that paid least for a MAC, and re-checks the bound', async () => {
    const session = toySession(chain, { task: perUnit({ a: 0.02, b: 0.001, c: 0.04 }) });
    const { report, keep, events } = await runToEnd(session, { ...toySettings, topK: 0.5 });
    expect(report.filtered).toEqual(['c']);
    expect([...keep.keys()].sort()).toEqual(['a', 'b']);
    const committedByA = report.steps.find(({ group }) => group === 'a')?.committed;
    expect(report.removed['a']).toEqual(committedByA?.removed);
    expect(events.find(({ kind }) => kind === 'filter-applied')).toMatchObject({ entered: ['b', 'a'] });
    expect(report.check).toEqual([
      { task: 'task', relativeLoss: report.final.losses['task'], bound: 1 + report.alpha, within: true },
    ]);
  });

  it('removes no more than a target for the MACs asks for', async () => {
    const session = toySession(chain, { task: () => 0 });
    const { report } = await runToEnd(session, toySettings);
    const targetMacs = 0.7 * report.original.macs;
    const run = pagcp(session, toySettings, { targetMacs });
    let next = await run.next();
    while (!next.done) next = await run.next();
    const { steps, final } = next.value.report;
    expect(steps).toHaveLength(1);
    expect(final.macs).toBeLessThanOrEqual(targetMacs);
    const [step] = steps;
    const whole = report.steps[0]?.trials ?? [];
    expect(step?.trials.length).toBeLessThan(whole.length);
    expect(step?.trials).toEqual(whole.slice(0, step?.trials.length));
  });

  it('finds with the bracket search what it finds with the linear one, asking less', async () => {
    const sensitivity = { task: perUnit({ a: 0.05, b: 0.013, c: 0.2 }) };
    const linear = await runToEnd(toySession(chain, sensitivity), toySettings);
    const bracket = await runToEnd(toySession(chain, sensitivity), { ...toySettings, search: 'bracket' });
    expect(bracket.keep).toEqual(linear.keep);
    expect(bracket.report.steps.map((step) => step.stoppedBy)).toEqual(['task', 'task', 'task']);
    expect(bracket.report.work.evaluations).toBeLessThan(linear.report.work.evaluations);
  });
});

describe('pagcp, published', () => {
  const published = { ...toySettings, mode: 'published' } as const;

  it('tries an equal count again', async () => {
    const session = toySession(chain, { task: perUnit({ a: 0.05 }) });
    const { report, events } = await runToEnd(session, published);
    const a = report.steps.find(({ group }) => group === 'a');
    expect(a?.trials.map(({ removed }) => removed)).toEqual([1, 1, 2, 2, 3, 3, 4, 4, 5]);
    const index = report.order.indexOf('a');
    const remembered = events.flatMap((event) =>
      event.kind === 'trial-measured' && event.step === index ? [event.remembered] : [],
    );
    expect(remembered.slice(0, 4)).toEqual([false, true, false, true]);
    expect(a?.committed?.ratio).toBe(0.45);
  });

  it('commits nothing when no ratio is forbidden, yet lets the group in at the ratio before the last', async () => {
    const session = toySession(chain, { task: perUnit({ a: 0.001, b: 9, c: 0.05 }) });
    const { report } = await runToEnd(session, { ...published, delta: 0.3, lambda: 0.5 });
    const steps = new Map(report.steps.map((step) => [step.group, step]));
    expect(steps.get('a')).toMatchObject({ stoppedBy: null, committed: null, threshold: 0.3 });
    expect(steps.get('c')).toMatchObject({ threshold: 0.3 });
    expect(report.removed['a']).toHaveLength(9);
    expect(report.removed['b']).toBeUndefined();
    expect(report.check).toBeNull();
  });

  it('counts a ratio that removes nothing as tolerated', async () => {
    const session = toySession(chain, { task: perUnit({ a: 9, b: 9, c: 9 }) });
    const { events } = await runToEnd(session, { ...published, topK: 0.7 });
    // 5 % of a (10) and c (12) is nothing, so both are candidates; 5 % of b (20) is one, which is forbidden.
    expect(events.find(({ kind }) => kind === 'filter-applied')).toMatchObject({
      entered: ['a', 'c'],
      filtered: [],
      scores: { a: 0, c: 0 },
    });
  });

  it('lets ⌊K·L⌋ of all L groups in', async () => {
    const session = toySession(chain, { task: perUnit({ a: 0.02, b: 0.01, c: 0.02 }) });
    const { report } = await runToEnd(session, { ...published, topK: 0.5 });
    expect(report.filtered).toHaveLength(2);
  });
});

describe('a run', () => {
  const sensitivity = { task: perUnit({ a: 0.05, b: 0.013, c: 0.02 }) };

  it('is repeated from memory, exactly', async () => {
    const session = toySession(chain, sensitivity);
    const first = await runToEnd(session, toySettings);
    const asked = session.oracle.asked.length;
    const second = await runToEnd(session, toySettings);
    expect(session.oracle.asked).toHaveLength(asked);
    expect(second.keep).toEqual(first.keep);
    expect(second.report.steps).toEqual(first.report.steps);
    expect(first.report.work).toMatchObject({ evaluations: asked, backend: 'toy' });
    expect(second.report.work.naiveMacs).toBe(first.report.work.naiveMacs);
    expect(second.report.work.evaluations).toBe(0);
  });

  it('pays only after the first decision that differs', async () => {
    const session = toySession(chain, sensitivity);
    const { report } = await runToEnd(session, toySettings);
    const firstStep = report.steps[0]?.trials.length ?? 0;
    const { events } = await runToEnd(session, { ...toySettings, lambda: 0.9 });
    const trials = events.filter((event) => event.kind === 'trial-measured');
    expect(trials.slice(0, firstStep).every(({ remembered }) => remembered)).toBe(true);
  });

  it('asks nothing while it is not pulled, nor after return', async () => {
    const session = toySession(chain, sensitivity);
    const run = pagcp(session, toySettings);
    for (let pulled = 0; pulled < 6; pulled += 1) await run.next();
    const asked = session.oracle.asked.length;
    await Promise.resolve();
    expect(session.oracle.asked).toHaveLength(asked);
    await run.return({} as never);
    expect((await run.next()).done).toBe(true);
    expect(session.oracle.asked).toHaveLength(asked);
  });

  it('ends at the next evaluation when its signal aborts', async () => {
    const abort = new AbortController();
    const run = pagcp(toySession(chain, sensitivity), toySettings, { signal: abort.signal });
    await run.next();
    abort.abort();
    await expect(
      (async () => {
        for (let pulled = 0; pulled < 9; pulled += 1) await run.next();
      })(),
    ).rejects.toThrow('aborted');
  });

  it('leaves what is excluded whole and out of the order', async () => {
    const session = toySession(chain, sensitivity, ['b']);
    const { report, keep } = await runToEnd(session, toySettings);
    expect([...report.order].sort()).toEqual(['a', 'c']);
    expect(keep.has('b')).toBe(false);
    expect(report.groups.find(({ id }) => id === 'b')?.frozen).toContain('excluded');
  });

  it('can be rebuilt from its report, also when it was stopped', async () => {
    const session = toySession(chain, sensitivity);
    const { report, keep } = await runToEnd(session, toySettings);
    expect(keepListsWithout(session.channels, report.removed)).toEqual(keep);
    const afterTwo = keepListsAfter(session.channels, report.steps.slice(0, 2));
    expect([...afterTwo.keys()]).toHaveLength(2);
    for (const [id, kept] of afterTwo) expect(kept).toEqual(keep.get(id));
  });

  it.each([
    [{ ratios: [0.5, 1] }, 'method.ratios'],
    [{ ratios: [] }, 'method.ratios'],
    [{ probeRatio: 0 }, 'method.probeRatio'],
    [{ topK: 1.5 }, 'method.topK'],
  ])('refuses settings that cannot be used: %j', async (change, place) => {
    const run = pagcp(toySession(chain, sensitivity), { ...toySettings, ...change });
    await expect(run.next()).rejects.toMatchObject({ name: 'InputError', place });
  });

  it.each([
    [0, 'is 0'],
    [NaN, 'is not a finite number'],
  ])('refuses a baseline loss of %d', async (loss, problem) => {
    const session = toySession(chain, { perfect: () => 0 });
    session.memo.remember(new Map(), { losses: { perfect: loss }, metrics: {}, bound: 'exact', macs: 0 });
    const begun = pagcp(session, toySettings).next();
    await expect(begun).rejects.toThrow(InputError);
    await expect(pagcp(session, toySettings).next()).rejects.toThrow(problem);
  });
});
