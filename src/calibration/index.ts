import { InputError } from '../util/errors';
import type { NamedBytes } from '../util/files';
import type { CalibrationFile, NamedArray } from './calibration';
import { gunzip, isGzip, isIdx, readIdx } from './idx';
import { isNpy, readNpy } from './npy';
import { isZip } from '../util/zip';
import { readNpz } from './npz';

export { guessCalibration } from './guess';
export { prepareCalibration } from './prepare';
export { writeNpz } from './write-npz';

/** Whether the file looks like (part of) a calibration set, by its content. */
export function isCalibrationFile({ bytes }: NamedBytes): boolean {
  return isZip(bytes) || isNpy(bytes) || isGzip(bytes) || isIdx(bytes);
}

/**
 * Reads `.npz`, `.npy` and MNIST IDX files (gzipped or not), recognised by content. Several files become one set;
 * an IDX file's array is called `images` or `labels` by its rank, a `.npy` file's array by the file.
 *
 * @throws InputError
 */
export function readCalibration(files: readonly NamedBytes[]): CalibrationFile {
  const file = files.map(({ name }) => baseName(name)).join(' + ');
  const arrays = new Map<string, NamedArray>();
  for (const array of files.flatMap(readArrays)) {
    if (arrays.has(array.name)) {
      throw new InputError({
        file,
        place: `array "${array.name}"`,
        problem: 'two arrays have this name.',
        advice: 'Rename one of the files, or bring one set at a time.',
      });
    }
    arrays.set(array.name, array);
  }
  if (arrays.size === 0) {
    throw new InputError({
      file: file || 'calibration set',
      problem: 'there is no file to read.',
      advice: 'Bring a .npz, or IDX images and labels together.',
    });
  }
  return { file, arrays };
}

function readArrays({ name, bytes }: NamedBytes): NamedArray[] {
  const file = baseName(name);
  if (isZip(bytes)) return readNpz(bytes, file);
  const content = isGzip(bytes) ? gunzip(bytes, file) : bytes;
  if (isNpy(content)) return [readNpy(content, stem(file), file)];
  if (isIdx(content)) return [readIdx(content, idxArrayName(content), file)];
  throw new InputError({
    file,
    problem: 'this is neither .npz, .npy nor an IDX file.',
    advice: 'Save the set with numpy.savez(file, x=images, label=labels).',
  });
}

/** MNIST's own naming: images have rank 3 (or 4), labels rank 1 (or 2). */
function idxArrayName(content: Uint8Array): string {
  return (content[3] ?? 0) >= 3 ? 'images' : 'labels';
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

function stem(file: string): string {
  return file.replace(/\.gz$/, '').replace(/\.npy$/, '');
}
