import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Evaluation } from '../engine/oracle';
import type { ChannelGroup } from '../graph/channel-types';
import { EvaluationMemo } from './memo';

const group = (id: string, size: number): ChannelGroup => ({
  id,
  size,
  producers: [],
  consumers: [],
  frozen: null,
  channels: Array.from({ length: size }, (_, unit) => [unit]),
});
const groups = [group('a', 40), group('b', 17)];
const evaluation = (loss: number): Evaluation => ({
  losses: { task: loss },
  metrics: {},
  bound: 'exact',
  macs: 0,
});

describe('EvaluationMemo', () => {
  it('tells any two choices of units apart', () => {
    const keep = fc
      .tuple(fc.subarray([...Array(40).keys()]), fc.subarray([...Array(17).keys()]))
      .map(([a, b]) => new Map([['a', a], ['b', b]])); // prettier-ignore
    fc.assert(
      fc.property(keep, keep, (one, other) => {
        const memo = new EvaluationMemo(groups);
        memo.remember(one, evaluation(1));
        const same = JSON.stringify([...one]) === JSON.stringify([...other]);
        expect(memo.recall(other) !== undefined).toBe(same);
      }),
    );
  });

  it('knows a group that is whole by any name', () => {
    const memo = new EvaluationMemo(groups);
    memo.remember(new Map([['b', [...Array(17).keys()]]]), evaluation(3));
    expect(memo.recall(new Map())).toEqual(evaluation(3));
    expect(memo.hits).toBe(1);
  });

  it('forgets what was not used for longest', () => {
    const memo = new EvaluationMemo(groups, 2);
    const [first, second, third] = [0, 1, 2].map((unit) => new Map([['a', [unit]]]));
    if (!first || !second || !third) throw new Error('unreachable');
    memo.remember(first, evaluation(1));
    memo.remember(second, evaluation(2));
    memo.recall(first);
    memo.remember(third, evaluation(3));
    expect([first, second, third].map((keep) => memo.recall(keep)?.losses['task'])).toEqual([
      1,
      undefined,
      3,
    ]);
    expect(memo.size).toBe(2);
  });

  it('does not remember lower bounds', () => {
    const memo = new EvaluationMemo(groups);
    memo.remember(new Map(), { ...evaluation(1), bound: 'early-exit' });
    expect(memo.recall(new Map())).toBeUndefined();
  });
});
