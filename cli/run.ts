import { createRequire } from 'node:module';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { readCalibration } from '../src/calibration';
import { startBackend } from '../src/engine/backends';
import { runFiles } from '../src/export';
import { readModel } from '../src/formats';
import { pagcp, type RunResult } from '../src/pruning/pagcp';
import type { PagcpSettings, Recipe } from '../src/pruning/recipe';
import { parseRecipe } from '../src/pruning/recipe-parse';
import { createSession, type Session } from '../src/session';
import { InputError } from '../src/util/errors';
import type { Arguments } from './args';
import { makeOutputFolder, readCalibrationFiles, readInput, readModelFiles, writeOutputs } from './files';
import { progressLine } from './progress';

type Print = (line: string) => void;

/**
 * Prunes what the recipe names, and writes the model, report.json, recipe.json and trials.csv.
 * @throws InputError
 */
export async function prune(args: Arguments, print: Print): Promise<void> {
  const { recipe, warnings } = openRecipe(args.recipe);
  warnings.forEach(print);
  const modelPath = resolve(dirname(args.recipe), recipe.model);
  requireOtherFolder(args.out, modelPath);
  const session = await openSession(args.recipe, recipe, args.backend);
  try {
    makeOutputFolder(args.out);
    session.artifact.notes.forEach(print);
    session.boundTasks.forEach(({ spec, description }) => print(`${spec.name}: ${description}`));
    const { report, keep } = await runMethod(session, recipe.method, print);
    const copy = recipeFrom(args, recipe);
    writeOutputs(args.out, runFiles({ model: session.write(keep), report, recipe: copy }), args.recipe);
    print(`written to ${args.out}`);
  } finally {
    session.dispose();
  }
}

export function openRecipe(path: string) {
  const { name, bytes } = readInput(path, {
    file: 'prune',
    place: 'the recipe',
    advice: 'Give the path of a recipe.json.',
  });
  return parseRecipe(new TextDecoder().decode(bytes), name);
}

/** Starts the backend and binds the recipe's files. */
export async function openSession(
  recipePath: string,
  recipe: Recipe,
  backend: Arguments['backend'],
): Promise<Session> {
  const artifact = readModel(readModelFiles(recipePath, recipe));
  const calibration = readCalibration(readCalibrationFiles(recipePath, recipe));
  await startBackend(backend, { wasmPaths: wasmFolder() });
  const { calibration: spec, tasks, method, exclude } = recipe;
  return createSession({
    artifact,
    calibration,
    spec,
    tasks,
    method,
    exclude,
    recipeFile: basename(recipePath),
  });
}

export async function runMethod(session: Session, settings: PagcpSettings, print: Print): Promise<RunResult> {
  const run = pagcp(session, settings);
  const naming = {
    groups: session.channels.groups.filter(({ frozen }) => frozen === null).length,
    metrics: new Map(session.boundTasks.map(({ spec, metricName }) => [spec.name, metricName])),
  };
  for (;;) {
    const { value, done } = await run.next();
    if (done) return value;
    const line = progressLine(value, naming);
    if (line !== null) print(line);
  }
}

function wasmFolder(): string {
  return dirname(createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm')) + sep;
}

function requireOtherFolder(out: string, modelPath: string) {
  if (resolve(out) !== dirname(modelPath)) return;
  throw new InputError({
    file: out,
    place: '--out',
    problem: 'the original model lies there and would be replaced.',
    advice: 'Choose another folder.',
  });
}

/** The recipe as it reads from the folder of the results, so that the run can be repeated from there. */
function recipeFrom({ recipe: path, out }: Arguments, recipe: Recipe): Recipe {
  const moved = (file: string) => relative(resolve(out), resolve(dirname(path), file)).replaceAll('\\', '/');
  const file = recipe.calibration.file.split(' + ').map(moved).join(' + ');
  return { ...recipe, model: moved(recipe.model), calibration: { ...recipe.calibration, file } };
}
