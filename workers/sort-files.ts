import { sortFiles as sortByContent } from '../src/formats/sort';
import { parseRecipe } from '../src/pruning/recipe-parse';
import { unwatched, type Checkpoint } from '../src/util/checkpoint';
import { InputError } from '../src/util/errors';
import type { NamedBytes } from '../src/util/files';
import type { RunSetup, SavedRun } from './api';

export interface SortedFiles {
  readonly model: readonly NamedBytes[];
  readonly calibration: readonly NamedBytes[];
  readonly recipe: RunSetup | null;
  readonly savedRun: SavedRun | null;
}

/** What was dropped, sorted by content; recipes and saved runs are read. @throws InputError */
export async function sortFiles(
  files: readonly NamedBytes[],
  checkpoint: Checkpoint = unwatched,
): Promise<SortedFiles> {
  const { recipe, savedRun, ...rest } = await sortByContent(files, checkpoint);
  return { ...rest, recipe: recipe && readRecipe(recipe), savedRun: savedRun && readSavedRun(savedRun) };
}

const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

function readRecipe({ name, bytes }: NamedBytes): RunSetup {
  const { calibration, tasks, method, exclude, recover } = parseRecipe(text(bytes), name).recipe;
  return { calibration, tasks, method, exclude, ...(recover ? { recover } : {}) };
}

function readSavedRun({ name: file, bytes }: NamedBytes): SavedRun {
  const json = JSON.parse(text(bytes)) as Record<string, unknown>; // an object, or it was not sorted as a run
  const complete =
    Array.isArray(json['events']) && json['setup'] !== undefined && typeof json['model'] === 'string';
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
