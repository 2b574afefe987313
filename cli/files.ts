import { mkdirSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path';
import type { Recipe } from '../src/pruning/recipe';
import { InputError } from '../src/util/errors';
import type { NamedBytes } from '../src/util/files';

/** A file's bytes with its name as it should appear in messages. */
export function readInput(
  path: string,
  missing: { file: string; place?: string; advice: string },
): NamedBytes {
  try {
    return { name: basename(path), bytes: new Uint8Array(readFileSync(path)) };
  } catch (error) {
    throw new InputError({ ...missing, problem: `"${path}" ${reason(error)}.` });
  }
}

/**
 * The model's main file first, then what belongs to it: the weight shards a `model.json` names, or `model.onnx*`.
 * Files of a model that are joined by " + ", as an ONNX file and a state dict, are read one after the other.
 */
export function readModelFiles(recipePath: string, { model }: Recipe): NamedBytes[] {
  return model.split(' + ').flatMap((file) => readModelFile(recipePath, file));
}

function readModelFile(recipePath: string, model: string): NamedBytes[] {
  const path = resolve(dirname(recipePath), model);
  const main = readInput(path, {
    file: basename(recipePath),
    place: 'model',
    advice: 'Mend the path; it is relative to the recipe.',
  });
  const folder = dirname(path);
  const companions = model.endsWith('.json')
    ? weightPaths(main.bytes)
    : readdirSync(folder).filter((name) => name !== main.name && isExternalData(name, main.name));
  return [main, ...companions.flatMap((name) => readBeside(folder, name))];
}

/** Several files are joined by " + ", as a set of images and labels is named; a folder stands for all that is in it. */
export function readCalibrationFiles(recipePath: string, { calibration }: Recipe): NamedBytes[] {
  return calibration.file.split(' + ').flatMap((file) => {
    const path = resolve(dirname(recipePath), file);
    if (isFolder(path)) return readFolder(path);
    return readInput(path, {
      file: basename(recipePath),
      place: 'calibration.file',
      advice: 'Mend the path; it is relative to the recipe.',
    });
  });
}

/** Files of a calibration folder, and their bytes, at most. */
const [mostFiles, mostBytes] = [100_000, 2 ** 31];

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** All files of a folder and those within, named from the folder on; hidden ones are left out. */
function readFolder(folder: string): NamedBytes[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .filter(
      (path) =>
        !relative(folder, path)
          .split(sep)
          .some((part) => part.startsWith('.')),
    );
  const bytes = paths.reduce((sum, path) => sum + statSync(path).size, 0);
  if (paths.length > mostFiles || bytes > mostBytes) {
    throw new InputError({
      file: basename(folder),
      problem: `${paths.length} files of ${(bytes / 2 ** 30).toFixed(1)} GiB are more than can be opened at once.`,
      advice: 'Bring a part of it: a few hundred samples are enough to calibrate with.',
    });
  }
  return paths.map((path) => ({
    name: [basename(folder), ...relative(folder, path).split(sep)].join('/'),
    bytes: new Uint8Array(readFileSync(path)),
  }));
}

/** Writes the results; a recipe that is itself among them stays as it was. */
export function writeOutputs(folder: string, files: readonly NamedBytes[], recipePath: string) {
  try {
    for (const { name, bytes } of files) {
      const path = resolve(folder, name);
      if (path === resolve(recipePath)) continue;
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, bytes);
    }
  } catch (error) {
    throw outError(folder, `the results cannot be written there: it ${reason(error)}.`);
  }
}

/** Found out before a long run rather than after it. */
export function makeOutputFolder(folder: string) {
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw outError(folder, `the folder cannot be made: it ${reason(error)}.`);
  }
}

function outError(folder: string, problem: string): InputError {
  return new InputError({ file: folder, place: '--out', problem, advice: 'Choose another folder.' });
}

/** Paths in the manifest of a TFJS `model.json`; none when it is not one, which its reader will explain. */
function weightPaths(bytes: Uint8Array): string[] {
  try {
    const model = JSON.parse(new TextDecoder().decode(bytes)) as { weightsManifest?: { paths?: unknown }[] };
    const paths =
      model.weightsManifest?.flatMap(({ paths }) =>
        Array.isArray(paths) ? [...(paths as unknown[])] : [],
      ) ?? [];
    return paths.filter((path): path is string => typeof path === 'string');
  } catch {
    return [];
  }
}

/** PyTorch and the ONNX tools put large weights into `model.onnx.data`, `model.onnx_data` or `model.data`. */
function isExternalData(name: string, model: string): boolean {
  return name.startsWith(model) || name === model.replace(/\.onnx$/, '.data');
}

/** A shard that is not there, or outside the model's folder, is left to the reader to name. */
function readBeside(folder: string, name: string): NamedBytes[] {
  const path = join(folder, name);
  const inside = relative(folder, path);
  if (inside.startsWith('..') || isAbsolute(inside)) return [];
  try {
    return [{ name, bytes: new Uint8Array(readFileSync(path)) }];
  } catch {
    return [];
  }
}

function reason(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : null;
  switch (code) {
    case 'ENOENT':
      return 'does not exist';
    case 'EISDIR':
      return 'is a folder, not a file';
    case 'EACCES':
      return 'may not be opened';
    case 'ENOTDIR':
    case 'EEXIST':
      return 'has a file where a folder should be';
    default:
      return error instanceof Error ? `cannot be used (${error.message})` : 'cannot be used';
  }
}
