import { describe, expect, it } from 'vitest';
import type { RunEvent } from './events';
import { isEventLog } from './saved-events';

const started: RunEvent = {
  kind: 'run-started',
  settings: {
    name: 'pagcp',
    mode: 'corrected',
    delta: 0.1,
    alpha: 1,
    topK: 1,
    saliency: 'l1',
    ratios: [0.5],
    probeRatio: 0.3,
    search: 'linear',
  },
  lambda: 1,
  delta: 0.1,
  alpha: 1,
  tasks: ['left'],
  groups: [],
  original: { macs: 1, params: 1, losses: {}, metrics: {} },
};
const order: RunEvent = { kind: 'order-found', order: [], gains: {} };

describe('isEventLog', () => {
  it('knows a log that JSON carried', () => {
    expect(isEventLog(JSON.parse(JSON.stringify([started, order])))).toBe(true);
    expect(isEventLog([])).toBe(true);
  });

  it.each([
    ['nothing', null],
    ['an unknown event', [started, { kind: 'surprise' }]],
    ['an event that lacks something', [started, { kind: 'run-finished', report: {} }]],
    ['a log without its start', [order]],
  ])('refuses %s', (_, value) => {
    expect(isEventLog(value)).toBe(false);
  });
});
