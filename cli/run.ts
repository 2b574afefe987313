import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { basename, dirname, relative, resolve, sep } from 'node:path';
import { openCalibration, renderCalibration } from '../src/calibration';
import { startBackend } from '../src/engine/backends';
import { shardCount } from '../src/engine/shards/shard-count';
import { createSplitOracle } from '../src/engine/shards/split-oracle';
import { runFiles } from '../src/export';
import { readModel } from '../src/formats';
import type { Artifact } from '../src/formats/artifact';
import { idleGlobs } from '../src/graph/exclude';
import { imageDecoder } from '../src/images/decoder';
import { pagcp, type RunResult } from '../src/pruning/pagcp';
import type { PagcpSettings, Recipe } from '../src/pruning/recipe';
import { parseRecipe } from '../src/pruning/recipe-parse';
import type { Report } from '../src/pruning/report';
import type { FineTuneSettings } from '../src/recovery';
import { createSession, sizedForSet, type OracleFactory, type Session } from '../src/session';
import { InputError } from '../src/util/errors';
import type { NamedBytes } from '../src/util/files';
import type { Arguments } from './args';
import { decodePhoto } from './decode-photo';
import { makeOutputFolder, readCalibrationFiles, readInput, readModelFiles, writeOutputs } from './files';
import { progressLine, type Naming } from './progress';
import { runRecovery } from './recover';
import { openShardThread } from './shard-link';

type Print = (line: string) => void;

interface Splitting {
  readonly shards: Arguments['shards'];
  readonly print: Print;
}

/**
 * Prunes what the recipe names, and writes the model, report.json, recipe.json and trials.csv.
 * @throws InputError
 */
export async function prune(args: Arguments, print: Print): Promise<void> {
  const { recipe, warnings } = openRecipe(args.recipe);
  warnings.forEach(print);
  const [model = ''] = recipe.model.split(' + ');
  const modelPath = resolve(dirname(args.recipe), model);
  requireOtherFolder(args.out, modelPath);
  const session = await openSession(args.recipe, recipe, args.backend, { shards: args.shards, print });
  try {
    makeOutputFolder(args.out);
    session.artifact.notes.forEach(print);
    idleGlobs(session.artifact.graph, recipe.exclude).forEach(print);
    session.boundTasks.forEach(({ spec, description }) => print(`${spec.name}: ${description}`));
    const { report, model } = await runRecipe(session, args, recipe, print);
    writeOutputs(args.out, runFiles({ model, report, recipe: recipeFrom(args, recipe) }), args.recipe);
    print(`written to ${args.out}`);
  } finally {
    session.dispose();
  }
}

/** A run, with whatever recovery the recipe asks for. */
async function runRecipe(
  session: Session,
  { recipe: path, shards }: Arguments,
  recipe: Recipe,
  print: Print,
): Promise<{ readonly report: Report; readonly model: readonly NamedBytes[] }> {
  if (!recipe.recover && !recipe.rounds) {
    const { report, keep } = await runMethod(session, recipe.method, print);
    return { report, model: session.write(keep) };
  }
  const { train = null, validation = null } = recipe.recover?.fineTune ?? {};
  const open = (file: string | number | null) =>
    typeof file === 'string' ? openSet(path, recipe, session.artifact, print, file) : null;
  const { report, network } = await runRecovery(session, {
    recipe,
    train: await open(train),
    validation: await open(validation),
    makeOracle: oracleFactory(session.oracle.backend, { shards, print }),
    naming: namingOf(session),
    print,
  });
  return { report, model: session.write(network.keep, network.graph) };
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
  { shards, print }: Splitting = { shards: 1, print: () => undefined },
): Promise<Session> {
  const files = readModelFiles(recipePath, recipe);
  const read = readModel(files);
  const calibration = await openSet(recipePath, recipe, read, print);
  const artifact = sizedForSet(read, files, calibration.arrays.values());
  const wasmPaths = wasmFolder();
  const { name } = await startBackend(backend, { wasmPaths });
  const { calibration: spec, tasks, method, exclude } = recipe;
  const recipeFile = basename(recipePath);
  const parts = { artifact, calibration, spec, tasks, method, exclude, recipeFile };
  return createSession(parts, oracleFactory(name, { shards, print }));
}

function oracleFactory(backend: string, { shards, print }: Splitting): OracleFactory {
  return (setup) =>
    createSplitOracle(setup, {
      shards: shards ?? shardCount(availableParallelism(), setup.set.count),
      backend: { name: backend === 'cpu' ? 'cpu' : 'wasm', wasmPaths: wasmFolder() },
      open: () => openShardThread(),
      onFallBack: ({ message }) => print(`the calibration set is not split over threads: ${message}`),
    });
}

/** The calibration set; pictures are decoded to the model's size. */
async function openSet(
  recipePath: string,
  recipe: Recipe,
  { graph, format }: Artifact,
  print: Print,
  file = recipe.calibration.file,
) {
  // A limit is the calibration set's own: training takes all there is.
  const calibration =
    file === recipe.calibration.file ? recipe.calibration : { ...recipe.calibration, file, limit: null };
  const files = readCalibrationFiles(recipePath, { ...recipe, calibration });
  const source = await openCalibration(files, { name: basename(file) });
  if (source.kind === 'images') source.set.notes.forEach(print);
  const layout = format.startsWith('onnx') ? 'NCHW' : 'NHWC';
  const model = { input: graph.inputs[0], layout } as const;
  return renderCalibration(source, calibration, model, imageDecoder(decodePhoto));
}

export async function runMethod(session: Session, settings: PagcpSettings, print: Print): Promise<RunResult> {
  const run = pagcp(session, settings);
  const naming = namingOf(session);
  for (;;) {
    const { value, done } = await run.next();
    if (done) return value;
    const line = progressLine(value, naming);
    if (line !== null) print(line);
  }
}

function namingOf(session: Session): Naming {
  return {
    groups: session.channels.groups.filter(({ frozen }) => frozen === null).length,
    metrics: new Map(session.boundTasks.map(({ spec, metric }) => [spec.name, metric?.name ?? null])),
  };
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
  const allMoved = (files: string) => files.split(' + ').map(moved).join(' + ');
  const calibration = { ...recipe.calibration, file: allMoved(recipe.calibration.file) };
  const { recover } = recipe;
  return {
    ...recipe,
    model: allMoved(recipe.model),
    calibration,
    ...(recover ? { recover: { ...recover, fineTune: movedSets(recover.fineTune, allMoved) } } : {}),
  };
}

function movedSets(settings: FineTuneSettings, moved: (files: string) => string): FineTuneSettings {
  const { train, validation } = settings;
  return {
    ...settings,
    train: train === null ? null : moved(train),
    validation: typeof validation === 'string' ? moved(validation) : validation,
  };
}
