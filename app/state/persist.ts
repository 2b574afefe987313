import { isEventLog } from '../../src/pruning/saved-events';
import type { SavedRun } from '../../workers/api';
import { savedRun } from './saved-run';
import { recall, remember } from './storage';
import { studio, type StudioState } from './studio';

const settingsKey = 'pagcp-studio-settings';
const runKey = 'last-run';

type Settings = Pick<StudioState, 'method' | 'exclude' | 'recover' | 'tasks' | 'spec' | 'backendChoice'>;
interface StoredSettings extends Settings {
  /** Settings belong to a model: another one starts from its own guesses. */
  readonly model: string;
}

export function restoredSettings(model: string): Settings | null {
  try {
    const text = localStorage.getItem(settingsKey);
    // Written by this page only; a shape from an older version is caught by the worker's check.
    const stored = text ? (JSON.parse(text) as StoredSettings) : null;
    if (stored?.model !== model) return null;
    const { model: _, ...settings } = stored;
    return settings;
  } catch {
    return null;
  }
}

export async function restoredRun(model: string): Promise<SavedRun | null> {
  const run = await recall<SavedRun>(runKey);
  return run?.model === model && isEventLog(run.events) ? run : null;
}

/** Keeps settings and the last run across reloads. A browser without storage loses only that. */
export function persistChanges(): void {
  studio.subscribe(
    ({ method, exclude, recover, tasks, spec, backendChoice, model }) => ({
      method,
      exclude,
      recover,
      tasks,
      spec,
      backendChoice,
      model,
    }),
    saveSettings,
    {
      equalityFn: (a, b) => Object.entries(a).every(([key, value]) => b[key as keyof typeof b] === value),
    },
  );
  studio.subscribe(
    ({ run }) => run.status,
    (status) => {
      if (status === 'done' || status === 'stopped' || status === 'paused') void saveLastRun();
    },
  );
}

function saveSettings(state: Settings & Pick<StudioState, 'model'>): void {
  const { model, ...settings } = state;
  if (!model) return;
  try {
    localStorage.setItem(settingsKey, JSON.stringify({ ...settings, model: model.file }));
  } catch {
    // Storage is full or forbidden: the settings live as long as the page.
  }
}

async function saveLastRun(): Promise<void> {
  const saved = savedRun(studio.getState());
  if (saved) await remember(runKey, saved);
}
