import type { RecoveryEvent } from '../../src/recovery/events';
import { halveTheMacs } from '../../src/recovery/settings';
import type { RecoveryAsk, RecoveryMessage, TuningRole } from '../../workers/recovery-api';
import type { SourceFile } from '../../workers/api';
import { advanceRecovery, noProgress } from '../recovery/progress';
import { saveFiles } from './downloads';
import { newestOnly } from './newest-only';
import type { RecoveryState } from './recovery-state';
import { currentSetup, hasResult, studio, type StudioState } from './studio';
import { showView } from './ui';
import { engine, sentence } from './worker';

const change = (part: Partial<RecoveryState>) =>
  studio.setState(({ recovery }) => ({ recovery: { ...recovery, ...part } }));

export function changeRecovery(part: Partial<Pick<RecoveryState, 'settings' | 'rounds' | 'from'>>): void {
  change(part);
  checkRecovery();
}

export const isRecovering = ({ recovery }: StudioState) => recovery.status === 'running';

/** Nothing else is under way, and there is all that rounds of pruning and recovery need. */
export function canHalve(state: StudioState): boolean {
  const { recovery, run, backend, problems, busy } = state;
  const idle = [run, recovery].every(({ status }) => status !== 'running' && status !== 'paused');
  return backend !== null && !busy && problems.length === 0 && idle && currentSetup(state) !== null;
}

/** Besides, there is a network to begin with: a run has left it, or it is made first. */
export function canRecover(state: StudioState): boolean {
  const { recovery } = state;
  return canHalve(state) && (hasResult(state) || recovery.rounds !== null || recovery.from !== null);
}

function askNow(): RecoveryAsk | null {
  const state = studio.getState();
  const { settings, rounds, from } = state.recovery;
  const setup = from === null && state.run.setup && rounds === null ? state.run.setup : currentSetup(state);
  const start = from === null ? ('last-run' as const) : { network: from };
  return setup && { setup, from: start, recover: settings, rounds };
}

/** Starts a recovery with the settings as they are, or goes on with a paused one. */
export async function recover(): Promise<void> {
  if (studio.getState().recovery.status === 'paused') return engine.resumeRecovery();
  const ask = askNow();
  if (!ask) return;
  showView('recovery');
  change({ status: 'running', problem: null, progress: noProgress });
  try {
    change({ number: await engine.startRecovery(ask) });
    await engine.resumeRecovery();
  } catch (error) {
    change({ status: 'failed', problem: sentence(error) });
  }
}

/** One click: half of the MACs, every metric within a point. */
export async function halve(): Promise<void> {
  const { recover: preset, rounds } = halveTheMacs;
  const { train } = studio.getState().recovery.sets;
  const methods = train ? [...preset.methods, 'fine-tune' as const] : preset.methods;
  change({ settings: { ...preset, methods }, rounds, from: null, status: 'none' });
  await recover();
}

export const pauseRecovery = () => engine.pauseRecovery();
export const stopRecovery = () => engine.stopRecovery();

export async function openTuningSet(role: TuningRole, files: readonly SourceFile[] | null): Promise<void> {
  try {
    const set = await engine.openTuningSet(role, files);
    studio.setState(({ recovery }) => ({
      recovery: { ...recovery, sets: { ...recovery.sets, [role]: set } },
    }));
    checkRecovery();
  } catch (error) {
    studio.setState({ fileProblems: [sentence(error)] });
  }
}

export async function downloadNetwork(id: string): Promise<void> {
  try {
    saveFiles(await engine.downloadNetwork(id));
  } catch (error) {
    studio.setState({ fileProblems: [sentence(error)] });
  }
}

/** What would stop a recovery, and what a person should know before it; of many changes only the newest is asked for. */
export const checkRecovery = newestOnly(async () => {
  const ask = askNow();
  if (!ask || !canRecover(studio.getState())) return;
  try {
    change({ check: await engine.checkRecovery(ask) });
  } catch (error) {
    change({ check: { problems: [sentence(error)], warnings: [] } });
  }
});

/** A run has ended or the networks are of another model: asks the worker what there is. */
export const refreshNetworks = newestOnly(async () => {
  try {
    change({ networks: await engine.networks() });
  } catch (error) {
    change({ problem: sentence(error) });
  }
});

let waiting: RecoveryEvent[] = [];
let frame: number | null = null;

/** Folds what the worker tells of a recovery into the store, at most once a frame. */
export function receiveRecovery(message: RecoveryMessage): void {
  if (message.kind === 'recovery-events') {
    waiting.push(...message.events);
    frame ??= requestAnimationFrame(flush);
    return;
  }
  flush();
  change({ status: message.state, problem: message.problem });
  if (message.state !== 'running') refreshNetworks();
}

function flush(): void {
  if (frame !== null) cancelAnimationFrame(frame);
  frame = null;
  const arrived = waiting;
  waiting = [];
  if (arrived.length === 0) return;
  const { progress, networks } = studio.getState().recovery;
  const made = arrived.flatMap((event) => (event.kind === 'network-made' ? [event.network] : []));
  change({
    progress: arrived.reduce(advanceRecovery, progress),
    networks: [...networks.filter(({ id }) => !made.some((one) => one.id === id)), ...made],
  });
}
