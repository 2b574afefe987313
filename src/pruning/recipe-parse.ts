import { readRecover, readRounds } from '../recovery/parse';
import { readTask } from '../tasks/parse-spec';
import type { TaskSpec } from '../tasks/task';
import { InputError } from '../util/errors';
import type { PagcpSettings, Recipe } from './recipe';
import type { ChannelLimits } from './candidates';
import { readCalibrationSpec } from './recipe-calibration';
import { defaultSettings } from './recipe-defaults';
import { Fields, type NumberRule, type Reading } from '../util/fields';

export interface ParsedRecipe {
  readonly recipe: Recipe;
  /** Sentences about keys that were left out. */
  readonly warnings: readonly string[];
}

/**
 * Reads the text of a recipe (DESIGN §6) and fills in the defaults.
 * @param file the recipe's name, for messages
 * @throws InputError naming the file, the key and the mend
 */
export function parseRecipe(text: string, file: string): ParsedRecipe {
  const reading: Reading = { file, warnings: [] };
  const fields = new Fields(reading, '', parseJson(text, file), 'A recipe is an object: { "model": … }.');
  const recipe: Recipe = {
    model: fields.text('model', 'Give the path of the model file, relative to the recipe.'),
    calibration: readCalibrationSpec(
      fields.object(
        'calibration',
        'Give { "file": …, "input": … }: the calibration file and the name of its images.',
      ),
    ),
    tasks: readTasks(fields),
    method: readMethod(fields.object('method', 'Give { "name": "pagcp", "delta": …, "alpha": … }.')),
    exclude: fields.texts('exclude'),
    ...readRecovery(fields),
  };
  fields.warnOfOthers();
  return { recipe, warnings: reading.warnings };
}

function readRecovery(fields: Fields): Pick<Recipe, 'recover' | 'rounds'> {
  return {
    ...(fields.has('recover')
      ? { recover: readRecover(fields.object('recover', 'Give { "methods": ["least-squares", …] }.')) }
      : {}),
    ...(fields.has('rounds')
      ? { rounds: readRounds(fields.object('rounds', 'Give { "count": …, "macs": … }.')) }
      : {}),
  };
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new InputError({
      file,
      place: placeOf(reason, text),
      problem: 'it is not valid JSON.',
      advice: `Mend it there: ${reason}.`,
    });
  }
}

/** Engines name the place as a position or as line and column. */
function placeOf(reason: string, text: string): string {
  const named = /line \d+ column \d+/.exec(reason)?.[0];
  if (named) return named;
  const position = /position (\d+)/.exec(reason)?.[1];
  const before = text.slice(0, position === undefined ? text.length : Number(position)).split('\n');
  return `line ${before.length} column ${(before.at(-1) ?? '').length + 1}`;
}

const positive: NumberRule = { test: (value) => value > 0, advice: 'Give a number above 0.' };
const fraction: NumberRule = {
  test: (value) => value > 0 && value < 1,
  advice: 'Give a number between 0 and 1.',
};
const count: NumberRule = {
  test: (value) => Number.isInteger(value) && value >= 1,
  advice: 'Give a whole number, 1 or more.',
};
const share: NumberRule = {
  test: (value) => value > 0 && value <= 1,
  advice: 'Give a number above 0 and at most 1.',
};

function readTasks(recipe: Fields): TaskSpec[] {
  const list = recipe.objects('tasks', 'Give at least one task: [{ "name": …, "loss": …, "output": … }].');
  const names = new Set<string>();
  return list.map((fields) => {
    const task = readTask(fields);
    if (names.has(task.name)) {
      throw fields.error('name', `two tasks are called "${task.name}".`, 'Give each task a name of its own.');
    }
    names.add(task.name);
    return task;
  });
}

function readMethod(fields: Fields): PagcpSettings {
  fields.choice('name', ['pagcp'], defaultSettings.name);
  const settings: PagcpSettings = {
    name: 'pagcp',
    mode: fields.choice('mode', ['corrected', 'published'], defaultSettings.mode),
    ...readThresholds(fields),
    topK: fields.number('topK', share, defaultSettings.topK),
    saliency: fields.choice('saliency', ['l1', 'l2'], defaultSettings.saliency),
    ratios: readRatios(fields),
    probeRatio: fields.number('probeRatio', fraction, defaultSettings.probeRatio),
    search: fields.choice('search', ['linear', 'bracket'], defaultSettings.search),
    ...(fields.has('earlyExit') ? { earlyExit: fields.flag('earlyExit') } : {}),
    ...readLimits(fields),
  };
  fields.warnOfOthers();
  return settings;
}

function readLimits(fields: Fields): ChannelLimits {
  return {
    ...(fields.has('minKept') ? { minKept: fields.number('minKept', count) } : {}),
    ...(fields.has('keptMultiple') ? { keptMultiple: fields.number('keptMultiple', count) } : {}),
    ...(fields.has('maxRatio') ? { maxRatio: fields.number('maxRatio', share) } : {}),
  };
}

function readThresholds(fields: Fields): Pick<PagcpSettings, 'delta' | 'lambda' | 'alpha'> {
  const given = (['delta', 'lambda', 'alpha'] as const).filter((key) => fields.has(key));
  if (given.length >= 2) return Object.fromEntries(given.map((key) => [key, fields.number(key, positive)]));
  throw fields.error(
    '',
    given.length === 0 ? 'it has no thresholds.' : `it has only ${given.join()}.`,
    'Give two of delta, lambda and alpha; the third follows.',
  );
}

function readRatios(fields: Fields): readonly number[] {
  const ratios = fields.numbers('ratios', fraction, defaultSettings.ratios);
  const unsorted = ratios.findIndex((ratio, index) => ratio <= (ratios[index - 1] ?? 0));
  if (unsorted < 0) return ratios;
  throw fields.error(
    `ratios[${unsorted}]`,
    `${ratios[unsorted] ?? ''} does not rise above the ratio before it.`,
    'Give the ratios in ascending order, each once.',
  );
}
