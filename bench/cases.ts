import { readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readCalibrationFiles, readModelFiles } from '../cli/files';
import { readCalibration } from '../src/calibration';
import { measureValues } from '../src/engine/measure-values';
import { readModel } from '../src/formats';
import type { PagcpSettings, Recipe } from '../src/pruning/recipe';
import { parseRecipe } from '../src/pruning/recipe-parse';
import { prepareSetup, type Setup } from '../src/session/setup';
import { goldenRuns, type GoldenCase } from '../src/testing/golden';

/** A model with its calibration set, tasks and thresholds. */
export interface BenchCase {
  readonly title: string;
  readonly setup: Setup;
  readonly settings: PagcpSettings;
}

const root = fileURLToPath(new URL('..', import.meta.url));
const samples = 256;

/** The golden models under each of their corrected thresholds, and the demo under its own. */
export async function openCases(wanted: readonly string[]): Promise<BenchCase[]> {
  const names: readonly GoldenCase[] = ['vggmulti', 'resmulti', 'mobilecenter'];
  const sources = [
    ...names.flatMap(goldenSources),
    {
      title: 'demo',
      path: join(root, 'public/demo/recipe.json'),
      text: () => readFileSync(join(root, 'public/demo/recipe.json'), 'utf8'),
    },
  ];
  const chosen = sources.filter(
    ({ title }) => wanted.length === 0 || wanted.some((part) => title.includes(part)),
  );
  const cases: BenchCase[] = [];
  for (const { title, path, text } of chosen) cases.push(await openCase(title, path, text()));
  return cases;
}

function goldenSources(name: GoldenCase) {
  const path = join(root, 'src/testing/golden', name, 'recipe.json');
  const corrected = goldenRuns(name).filter(({ run }) => run.mode === 'corrected');
  return corrected.map(({ run: { delta, alpha, topk } }) => ({
    title: `${name} δ ${delta} α ${alpha}`,
    path,
    text: () =>
      JSON.stringify({
        model: 'model.onnx',
        calibration: { file: 'calibration.npz', input: 'x', scale: 1 / 255 },
        tasks: JSON.parse(readFileSync(join(dirname(path), 'tasks.json'), 'utf8')) as unknown,
        method: { name: 'pagcp', delta, alpha, topK: topk },
      }),
  }));
}

async function openCase(title: string, path: string, text: string): Promise<BenchCase> {
  const { recipe } = parseRecipe(text, path);
  const setup = await openSetup(path, recipe);
  return { title, setup, settings: recipe.method };
}

async function openSetup(path: string, recipe: Recipe): Promise<Setup> {
  const parts = {
    artifact: readModel(readModelFiles(path, recipe)),
    calibration: readCalibration(readCalibrationFiles(path, recipe)),
    spec: { ...recipe.calibration, limit: samples },
    tasks: recipe.tasks,
    method: recipe.method,
    exclude: recipe.exclude,
  };
  const setup = await prepareSetup(parts, measureValues, (_, __, problem) => {
    throw problem;
  });
  if (!setup) throw new Error(`${path} cannot be run.`);
  return setup;
}
