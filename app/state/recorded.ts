import type { CalibrationSummary, ModelSummary, SavedRun } from '../../workers/api';
import { isEventLog } from '../../src/pruning/saved-events';
import type { Demo } from './demos';
import { noRun, studio, type RunLog } from './studio';
import { engine } from './worker';

/** A demo before the engine is ready: its model as the worker would summarise it, and a run of it. */
export interface Recording {
  readonly model: ModelSummary;
  readonly calibration: CalibrationSummary;
  readonly run: SavedRun;
}

/** Made by scripts/record-demo.ts of the same version. Null where there is none: the page only starts emptier. */
export async function fetchRecording({ recording: path }: Demo): Promise<Recording | null> {
  if (path === null) return null;
  const response = await fetch(path).catch(() => null);
  const recording = response?.ok ? ((await response.json().catch(() => null)) as Recording | null) : null;
  return recording && isEventLog(recording.run.events) ? recording : null;
}

export function recordedRun({ events, setup }: Pick<RunLog, 'events' | 'setup'>): RunLog {
  return { ...noRun, status: 'recorded', events, setup };
}

/** The worker is told of a recorded run on show, so that its networks can be looked at and taken away. */
export async function tellOfRecorded(): Promise<void> {
  const { status, setup, events } = studio.getState().run;
  if (status === 'recorded' && setup) await engine.showRun({ setup, events });
}
