import { describe, expect, it } from 'vitest';
import type { RunEvent } from './events';
import type { ModelFigures, StepReport } from './report';
import { advanceRun, emptyRun, foldRun } from './run-state';

const original: ModelFigures = { macs: 100, params: 10, losses: { left: 1 }, metrics: {} };
const report: StepReport = {
  group: 'a',
  threshold: 0.1,
  sizeBefore: 8,
  trials: [{ ratio: 0.25, removed: 2, drops: { left: 0.05 }, bound: 'exact' }],
  committed: { ratio: 0.25, removed: [1, 5] },
  stoppedBy: null,
  macsSaved: 20,
  lossRise: 0.05,
};
const events: RunEvent[] = [
  {
    kind: 'run-started',
    settings: {
      name: 'pagcp',
      mode: 'corrected',
      delta: 0.1,
      alpha: 1,
      topK: 1,
      saliency: 'l1',
      ratios: [0.25],
      probeRatio: 0.3,
      search: 'linear',
    },
    lambda: 1,
    delta: 0.1,
    alpha: 1,
    tasks: ['left'],
    groups: [{ id: 'a', size: 8, producers: ['a'], consumers: ['b'], frozen: null }],
    original,
  },
  { kind: 'order-found', order: ['a'], gains: { a: 30 } },
  { kind: 'step-began', step: 0, group: 'a', threshold: 0.1, sizeBefore: 8, base: { left: 1 } },
  {
    kind: 'trial-measured',
    step: 0,
    trial: { ratio: 0.25, removed: 2, drops: { left: 0.05 }, bound: 'exact' },
    losses: { left: 1.05 },
    violatedBy: null,
    macs: 80,
    remembered: false,
  },
  { kind: 'step-ended', step: 0, report, losses: { left: 1.05 }, macs: 80, params: 8, kept: { a: 6 } },
];

describe('the fold over a run’s events', () => {
  it('shows the network as committed after a step', () => {
    const run = foldRun(events);
    expect(run).toMatchObject({
      phase: 'searching',
      macs: 80,
      params: 8,
      kept: { a: 6 },
      losses: { left: 1.05 },
    });
    expect(run.steps[0]?.trials).toHaveLength(1);
    expect(run.steps[0]?.report).toBe(report);
  });

  it('is the same from any moment on', () => {
    for (let cut = 0; cut <= events.length; cut += 1) {
      expect(foldRun(events.slice(cut), foldRun(events.slice(0, cut)))).toEqual(foldRun(events));
    }
  });

  it('leaves earlier moments as they were', () => {
    const before = foldRun(events.slice(0, 4));
    const copy = structuredClone(before);
    events.slice(4).reduce(advanceRun, before);
    expect(before).toEqual(copy);
  });

  it('starts anew when another run starts', () => {
    expect(foldRun([...events, ...events.slice(0, 1)])).toEqual(foldRun(events.slice(0, 1), emptyRun));
  });
});
