import { useMemo } from 'react';
import type { RunEvent } from '../../src/pruning/events';
import { emptyRun, foldRun, type RunState } from '../../src/pruning/run-state';
import { useStudio, type RunLog } from './studio';

/** The run's state at each moment is folded once for each prefix asked for; the live edge continues from the last. */
const cache = new WeakMap<RunEvent, RunState>();

export function runAt(events: readonly RunEvent[], count: number): RunState {
  let start = count;
  let state = emptyRun;
  while (start > 0) {
    const event = events[start - 1];
    const known = event && cache.get(event);
    if (known) {
      state = known;
      break;
    }
    start -= 1;
  }
  for (let index = start; index < count; index += 1) {
    const event = events[index];
    if (!event) break;
    state = foldRun([event], state);
    cache.set(event, state);
  }
  return state;
}

export function shownCount(run: RunLog): number {
  return run.cursor ?? run.events.length;
}

/** The run as it stands at the timeline's cursor: what every chart and the network show. */
export function useRunView(): RunState {
  const run = useStudio((state) => state.run);
  return useMemo(() => runAt(run.events, shownCount(run)), [run]);
}

/**
 * As `useRunView`, but as of the last event that was not a trial: trials change only the oracle's curves, so that
 * every other view is left alone while they stream in.
 */
export function useSettledRun(): RunState {
  return useStudio(({ run }) => runAt(run.events, settledCount(run.events, shownCount(run))));
}

function settledCount(events: readonly RunEvent[], count: number): number {
  let settled = count;
  while (settled > 0 && events[settled - 1]?.kind === 'trial-measured') settled -= 1;
  return settled;
}

/** The run at its live edge, whatever the cursor. */
export function useLiveRun(): RunState {
  const run = useStudio((state) => state.run);
  return useMemo(() => runAt(run.events, run.events.length), [run]);
}
