import { isCalibrationFile } from '../src/calibration';
import { parseRecipe } from '../src/pruning/recipe-parse';
import { isEventLog } from '../src/pruning/saved-events';
import { InputError } from '../src/util/errors';
import type { NamedBytes } from '../src/util/files';
import type { RunSetup, SavedRun } from './api';

export interface SortedFiles {
  readonly model: readonly NamedBytes[];
  readonly calibration: readonly NamedBytes[];
  readonly recipe: RunSetup | null;
  readonly savedRun: SavedRun | null;
}

/** Tells models, calibration sets, recipes and saved runs apart by what is in them, not by their names. */
export function sortFiles(files: readonly NamedBytes[]): SortedFiles {
  const model: NamedBytes[] = [];
  const calibration: NamedBytes[] = [];
  let recipe: RunSetup | null = null;
  let savedRun: SavedRun | null = null;
  for (const file of files) {
    const json = topLevelKeys(file);
    if (json?.['kind'] === 'pagcp-studio-run') savedRun = readSavedRun(json, file.name);
    else if (json && 'method' in json && 'tasks' in json) recipe = readRecipe(file);
    else if (!json && isCalibrationFile(file)) calibration.push(file);
    else model.push(file);
  }
  return { model, calibration, recipe, savedRun };
}

function topLevelKeys({ bytes }: NamedBytes): Record<string, unknown> | null {
  const start = bytes.find((byte) => byte > 0x20);
  if (start !== 0x7b && start !== 0xef) return null;
  try {
    const value: unknown = JSON.parse(text(bytes));
    return typeof value === 'object' && value !== null ? { ...value } : null;
  } catch {
    // Not JSON after all; the model readers will say what is wrong with it.
    return null;
  }
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function readRecipe(file: NamedBytes): RunSetup {
  const { calibration, tasks, method, exclude } = parseRecipe(text(file.bytes), file.name).recipe;
  return { calibration, tasks, method, exclude };
}

function readSavedRun(json: Record<string, unknown>, file: string): SavedRun {
  const complete =
    isEventLog(json['events']) && json['setup'] !== undefined && typeof json['model'] === 'string';
  if (json['version'] !== 1 || !complete) {
    throw new InputError({
      file,
      problem: 'it is a saved run, but of a version that this studio does not know, or cut short.',
      advice: 'Save the run again from the studio that made it.',
    });
  }
  // Checked above as far as the page depends on it; events are only folded and drawn.
  return { profile: null, ...json } as unknown as SavedRun;
}
