import { describe, expect, it } from 'vitest';
import type { RunEvent } from '../src/pruning/events';
import { RunController } from './run-controller';

const trial: RunEvent = {
  kind: 'trial-measured',
  step: 0,
  trial: { ratio: 0.1, removed: 1, drops: {}, bound: 'exact' },
  losses: {},
  violatedBy: null,
  macs: 0,
  remembered: false,
};
const filter: RunEvent = { kind: 'filter-applied', entered: [], filtered: [], scores: {} };

/** A run of these events that tells whether it was cleaned up, and its controller with everything it reports. */
function controlled(events: readonly RunEvent[]) {
  const log: string[] = [];
  async function* run(): AsyncGenerator<RunEvent, undefined> {
    try {
      for (const event of events) {
        await Promise.resolve();
        yield event;
      }
    } finally {
      log.push('cleaned up');
    }
    return undefined;
  }
  const states: string[] = [];
  const waiting: { state: string; resolve: () => void }[] = [];
  const controller = new RunController(run(), {
    event: ({ kind }) => log.push(kind),
    state: (state) => {
      states.push(state);
      waiting.filter((one) => one.state === state).forEach(({ resolve }) => resolve());
    },
  });
  const until = (state: string) => new Promise<void>((resolve) => waiting.push({ state, resolve }));
  return { controller, log, states, until };
}

describe('RunController', () => {
  it('runs to the end', async () => {
    const { controller, log, states, until } = controlled([trial, filter]);
    const done = until('done');
    controller.resume();
    await done;
    expect(states).toEqual(['running', 'done']);
    expect(log).toEqual(['trial-measured', 'filter-applied', 'cleaned up']);
  });

  it('steps one trial at a time, then goes on', async () => {
    const { controller, log, until } = controlled([filter, trial, trial, filter]);
    const paused = until('paused');
    controller.step('trial');
    await paused;
    expect(log).toEqual(['filter-applied', 'trial-measured']);
    const done = until('done');
    controller.resume();
    await done;
    expect(log).toHaveLength(5);
  });

  it('pauses before the next event and is not pulled while paused', async () => {
    const { controller, log, until } = controlled([trial, trial, trial]);
    const paused = until('paused');
    controller.resume();
    controller.pause();
    await paused;
    expect(log).toEqual(['trial-measured']);
  });

  it('stops after the event under way and cleans up', async () => {
    const { controller, log, states } = controlled([trial, trial, trial]);
    controller.resume();
    await controller.stop();
    expect(log.at(-1)).toBe('cleaned up');
    expect(log.length).toBeLessThan(4);
    expect(states.at(-1)).toBe('stopped');
  });

  it('reports what a run throws', async () => {
    async function* broken(): AsyncGenerator<RunEvent, undefined> {
      yield await Promise.resolve(trial);
      throw new Error('no memory');
    }
    const failure = await new Promise((resolve) => {
      const controller = new RunController(broken(), {
        event: () => undefined,
        state: (state, error) => {
          if (state === 'failed') resolve(error);
        },
      });
      controller.resume();
    });
    expect(failure).toEqual(new Error('no memory'));
  });
});
