import { createStore, useStore } from 'zustand';
import { subscribeWithSelector } from 'zustand/middleware';
import type { CalibrationSpec } from '../../src/calibration/calibration';
import type { RunEvent } from '../../src/pruning/events';
import type { SensitivityProfile } from '../../src/pruning/profile';
import type { PagcpSettings } from '../../src/pruning/recipe';
import { defaultSettings } from '../../src/pruning/recipe-defaults';
import type { RecoverSettings } from '../../src/recovery/settings';
import type { TaskSpec } from '../../src/tasks/task';
import type {
  BackendChoice,
  BackendInfo,
  CalibrationSummary,
  ModelSummary,
  RunSetup,
  SavedRun,
  SetupProblem,
  WorkerRunState,
} from '../../workers/api';
import { noRecovery, type RecoveryState } from './recovery-state';

/** `recorded` is a run that was loaded, not computed here: the demo's, or a saved file's. */
export type RunStatus = 'none' | 'recorded' | WorkerRunState;

export interface RunLog {
  readonly number: number;
  readonly status: RunStatus;
  /** The sentence of a failed run. */
  readonly problem: string | null;
  readonly events: readonly RunEvent[];
  /** Number of events shown; `null` follows the live edge. */
  readonly cursor: number | null;
  /** What the run was started with, to tell when the settings have moved on. */
  readonly setup: RunSetup | null;
  /** Time spent running so far, pauses excluded, ms. */
  readonly elapsed: number;
}

export interface Progress {
  readonly what: string;
  readonly done: number;
  readonly total: number;
  /** Files are being opened, which can be given up. */
  readonly opening?: boolean;
}

export interface StudioState {
  readonly backend: BackendInfo | null;
  readonly backendChoice: BackendChoice;
  /** Why the engine did not start. */
  readonly engineProblem: string | null;
  readonly model: ModelSummary | null;
  readonly calibration: CalibrationSummary | null;
  readonly spec: CalibrationSpec | null;
  readonly tasks: readonly TaskSpec[];
  readonly method: PagcpSettings;
  readonly exclude: readonly string[];
  /** What is done to the network after every commit, or after the run; null for nothing. */
  readonly recover: RecoverSettings | null;
  /** What would stop a run, found before it. */
  readonly problems: readonly SetupProblem[];
  /** How the worker understood each task, by its name. */
  readonly descriptions: Readonly<Record<string, string>>;
  /** What would not stop a run, but looks wrong. */
  readonly warnings: readonly string[];
  /** Sentences about files that could not be used. */
  readonly fileProblems: readonly string[];
  readonly busy: Progress | null;
  readonly run: RunLog;
  readonly profile: SensitivityProfile | null;
  readonly recovery: RecoveryState;
  /** A second run to compare with. */
  readonly compare: SavedRun | null;
}

/** There is a network to take away: a run has left it, on this page or, told by its record, elsewhere. */
export function hasResult({ run, backend, calibration, busy }: StudioState): boolean {
  if (run.status === 'recorded') return backend !== null && calibration !== null && !busy;
  return run.status === 'done' || run.status === 'stopped';
}

export const noRun: RunLog = {
  number: 0,
  status: 'none',
  problem: null,
  events: [],
  cursor: null,
  setup: null,
  elapsed: 0,
};

export const defaultMethod: PagcpSettings = { ...defaultSettings, delta: 0.1, alpha: 1 };

const initial: StudioState = {
  backend: null,
  backendChoice: 'auto',
  engineProblem: null,
  model: null,
  calibration: null,
  spec: null,
  tasks: [],
  method: defaultMethod,
  exclude: [],
  recover: null,
  problems: [],
  descriptions: {},
  warnings: [],
  fileProblems: [],
  busy: null,
  run: noRun,
  profile: null,
  recovery: noRecovery,
  compare: null,
};

export const studio = createStore<StudioState>()(subscribeWithSelector(() => initial));

export function useStudio<T>(select: (state: StudioState) => T): T {
  return useStore(studio, select);
}

/** The setup a run would start with now, or null while something is missing. */
export function currentSetup(
  state: Pick<StudioState, 'spec' | 'model' | 'tasks' | 'method' | 'exclude' | 'recover'>,
): RunSetup | null {
  const { spec, tasks, method, exclude, recover } = state;
  if (!spec || !state.model || tasks.length === 0) return null;
  return { calibration: spec, tasks, method, exclude, ...(recover ? { recover } : {}) };
}
