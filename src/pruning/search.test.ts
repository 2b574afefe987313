import { describe, expect, it, vi } from 'vitest';
import type { KeepLists } from '../graph/channel-types';
import { runToEnd, toyChain, toySession, toySettings } from './testing/toy';

describe('the linear search', () => {
  it('tells the oracle what it asks next, should the losses stay within the threshold', async () => {
    const session = toySession(toyChain([10, 20]), { task: (_, removed) => removed / 40 });
    const evaluate = vi.spyOn(session.oracle, 'evaluate');
    await runToEnd(session, { ...toySettings, delta: 0.1 });
    const trials = evaluate.mock.calls.flatMap(([keep, options]) =>
      options?.vary ? [{ keep, ...options }] : [],
    );
    expect(trials.length).toBeGreaterThan(4);
    for (const [index, { vary, next }] of trials.entries()) {
      const following = trials[index + 1];
      expect(next?.limits?.['task']).toBeGreaterThan(1.1);
      if (following?.vary === vary) expect(next?.keep).toEqual(following?.keep);
    }
  });

  it('says nothing of what is known already', async () => {
    const keeping8: KeepLists = new Map([['a', [0, 1, 3, 4, 5, 6, 7, 8]]]);
    const countsAsked = async (known: readonly KeepLists[]) => {
      const session = toySession(toyChain([10]), { task: (_, removed) => removed / 40 });
      for (const keep of known) session.memo.remember(keep, await session.oracle.evaluate(keep));
      const evaluate = vi.spyOn(session.oracle, 'evaluate');
      await runToEnd(session, { ...toySettings, delta: 0.1 });
      return evaluate.mock.calls
        .flatMap(([keep, options]) => [keep, options?.next?.keep])
        .map((keep) => keep?.get('a')?.length);
    };
    expect(await countsAsked([])).toContain(8);
    expect(await countsAsked([keeping8])).not.toContain(8);
  });
});
