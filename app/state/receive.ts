import type { RunEvent } from '../../src/pruning/events';
import type { StudioMessage, WorkerRunState } from '../../workers/api';
import type { RecoveryMessage } from '../../workers/recovery-api';
import { receiveRecovery, refreshNetworks } from './recovery';
import { studio } from './studio';

let waiting: RunEvent[] = [];
let frame: number | null = null;
let runningSince: number | null = null;

/** Folds a worker's message into the store; events are committed at most once a frame. */
export function receive(message: StudioMessage | RecoveryMessage): void {
  switch (message.kind) {
    case 'events':
      if (message.run !== studio.getState().run.number) return;
      waiting.push(...message.events);
      frame ??= requestAnimationFrame(flush);
      return;
    case 'run-state':
      if (message.run !== studio.getState().run.number) return;
      flush();
      setRunState(message.state, message.problem);
      if (message.state === 'done' || message.state === 'stopped') refreshNetworks();
      return;
    case 'opening':
      studio.setState(({ busy }) => ({ busy: busy?.opening ? { ...message, opening: true } : busy }));
      return;
    case 'recovery-events':
    case 'recovery-state':
      receiveRecovery(message);
      return;
    case 'progress':
      studio.setState({ busy: message.done < message.total ? message : null });
      return;
    case 'backend':
      studio.setState({ backend: message.backend });
  }
}

/** Forgets what a former run still had to deliver. */
export function forgetWaiting(): void {
  waiting = [];
  runningSince = null;
}

function flush(): void {
  if (frame !== null) cancelAnimationFrame(frame);
  frame = null;
  if (waiting.length === 0) return;
  const arrived = waiting;
  waiting = [];
  studio.setState(({ run }) => ({
    run: { ...run, events: [...run.events, ...arrived], elapsed: elapsedNow(run.elapsed) },
  }));
}

function setRunState(state: WorkerRunState, problem: string | null): void {
  studio.setState(({ run }) => ({
    run: { ...run, status: state, problem, elapsed: elapsedNow(run.elapsed) },
  }));
  runningSince = state === 'running' ? performance.now() : null;
}

function elapsedNow(before: number): number {
  if (runningSince === null) return before;
  const now = performance.now();
  const total = before + now - runningSince;
  runningSince = now;
  return total;
}
