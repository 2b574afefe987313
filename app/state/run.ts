import { forgetWaiting } from './receive';
import { letGo } from './selection';
import { isStale } from './stale';
import { currentSetup, noRun, studio } from './studio';
import { engine, sentence } from './worker';

/** Starts a run, or goes on with the paused one unless the settings have changed since. */
export async function runOrResume(): Promise<void> {
  const state = studio.getState();
  if (state.run.status === 'paused' && !isStale(state)) return engine.resume();
  await startRun();
  await engine.resume();
}

/** Goes on to the end of the next trial, or of the layer's step; starts a run if there is none. */
export async function stepRun(unit: 'trial' | 'layer'): Promise<void> {
  const { status } = studio.getState().run;
  if (status === 'running') return;
  if (status !== 'paused') await startRun();
  await engine.step(unit);
}

export async function pauseRun(): Promise<void> {
  await engine.pause();
}

export async function stopRun(): Promise<void> {
  await engine.stop();
}

/** Back to before the run; the model, the tasks and the thresholds stay. */
export async function resetRun(): Promise<void> {
  await engine.stop();
  forgetWaiting();
  letGo();
  studio.setState({ run: noRun });
}

async function startRun(): Promise<void> {
  const setup = currentSetup(studio.getState());
  if (!setup) return;
  forgetWaiting();
  studio.setState({ run: { ...noRun, setup, status: 'paused' } });
  try {
    const number = await engine.start(setup);
    studio.setState(({ run }) => ({ run: { ...run, number } }));
  } catch (error) {
    studio.setState(({ run }) => ({ run: { ...run, status: 'failed', problem: sentence(error) } }));
    throw error;
  }
}

/** Shows the run as it stood after `count` events; `null` follows the live edge. */
export function moveCursor(count: number | null): void {
  studio.setState(({ run }) => ({ run: { ...run, cursor: count === run.events.length ? null : count } }));
}

export async function measureProfile(): Promise<void> {
  const setup = currentSetup(studio.getState());
  if (!setup) return;
  try {
    studio.setState({ profile: await engine.profile(setup) });
  } catch (error) {
    studio.setState({ fileProblems: [sentence(error)] });
  } finally {
    studio.setState({ busy: null });
  }
}
