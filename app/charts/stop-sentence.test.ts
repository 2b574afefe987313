import { describe, expect, it } from 'vitest';
import type { TrialMeasured } from '../../src/pruning/events';
import { stoppingTrial } from './stop-sentence';

const trial = (removed: number, violatedBy: string | null): TrialMeasured => ({
  kind: 'trial-measured',
  step: 0,
  trial: { ratio: removed / 10, removed, drops: { left: removed }, bound: 'exact' },
  losses: { left: 1 },
  violatedBy,
  macs: 1,
  remembered: false,
});

describe('the trial that stopped a layer', () => {
  it('is the smallest removal that violates, in whatever order they were tried', () => {
    const trials = [trial(5, 'left'), trial(2, null), trial(3, 'left'), trial(9, 'left')];
    expect(stoppingTrial({ trials })?.trial.removed).toBe(3);
  });

  it('is none where all pass', () => {
    expect(stoppingTrial({ trials: [trial(1, null)] })).toBeNull();
  });
});
