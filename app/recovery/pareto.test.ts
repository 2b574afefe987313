import { describe, expect, it } from 'vitest';
import type { MadeNetwork } from '../../src/recovery/events';
import { paretoPoints } from './pareto';

const network = (
  id: string,
  macs: number,
  accuracy: number,
  validation: number | null = null,
): MadeNetwork => ({
  id,
  label: id,
  stage: 'recovered',
  figures: { macs, params: 1, losses: { left: 1 }, metrics: { left: accuracy } },
  validation: validation === null ? null : { losses: { left: 1 }, metrics: { left: validation } },
});
const best = (networks: readonly MadeNetwork[], higher = true) =>
  paretoPoints(networks, 'left', higher).flatMap((point) => (point.best ? [point.network.id] : []));

describe('the networks that no other one beats', () => {
  it('are those that are cheaper or better than every other', () => {
    expect(best([network('a', 100, 0.98), network('b', 60, 0.95), network('c', 70, 0.94)])).toEqual([
      'a',
      'b',
    ]);
  });

  it('mind which way the metric goes', () => {
    expect(best([network('a', 100, 0.2), network('b', 60, 0.3), network('c', 60, 0.4)], false)).toEqual([
      'a',
      'b',
    ]);
  });

  it('all stay where they are the same', () => {
    expect(best([network('a', 50, 0.9), network('b', 50, 0.9)])).toEqual(['a', 'b']);
  });
});

it('takes figures of the validation set only where every network has them', () => {
  const mixed = [network('a', 100, 0.98, 0.97), network('b', 60, 0.95)];
  expect(paretoPoints(mixed, 'left').map(({ metric }) => metric)).toEqual([0.98, 0.95]);
  const all = [network('a', 100, 0.98, 0.97), network('b', 60, 0.95, 0.9)];
  expect(paretoPoints(all, 'left').map(({ metric }) => metric)).toEqual([0.97, 0.9]);
  expect(paretoPoints(all, 'unknown task')).toEqual([]);
});
