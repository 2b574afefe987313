import { InputError } from '../util/errors';
import type { NamedBytes } from '../util/files';
import type { CalibrationFile, NamedArray } from './calibration';
import { cifar10Classes, isCifar, readCifar } from './cifar';
import { gunzip, isGzip, isIdx, readIdx } from './idx';
import { isNpy, readNpy } from './npy';
import { isImage } from '../images/header';
import { isZip } from '../util/zip';
import { baseName } from './images/paths';
import { readNpz } from './npz';

/** Whether the file looks like (part of) a calibration set, by its content. */
export function isCalibrationFile({ bytes }: NamedBytes): boolean {
  return [isZip, isNpy, isGzip, isIdx, isImage, isCifar].some((is) => is(bytes));
}

/**
 * Reads `.npz`, `.npy`, MNIST IDX files (gzipped or not) and binary CIFAR batches, recognised by content. Several files
 * become one set; an IDX file's array is called `images` or `labels` by its rank, a `.npy` file's array by the file.
 * The batches of CIFAR are put one after the other.
 *
 * @throws InputError
 */
export function readCalibration(files: readonly NamedBytes[]): CalibrationFile {
  const file = files.map(({ name }) => baseName(name)).join(' + ');
  const arrays = new Map<string, NamedArray>();
  const batches = files.every(({ bytes }) => isCifar(bytes));
  for (const array of files.flatMap(readArrays)) {
    const before = arrays.get(array.name);
    if (before && batches) {
      arrays.set(array.name, joined(before, array));
      continue;
    }
    if (before) {
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
      advice: 'Bring a .npz, IDX images and labels together, or a folder of pictures.',
    });
  }
  const classes = batches && arrays.has('class') ? new Map([['class', cifar10Classes]]) : null;
  return { file, arrays, ...(classes ? { classNames: classes } : {}) };
}

/** The samples of one array after those of the other, of the same kind. */
function joined(first: NamedArray, second: NamedArray): NamedArray {
  const data = new Uint8Array(first.data.length + second.data.length);
  data.set(first.data);
  data.set(second.data, first.data.length);
  const count = (first.shape[0] ?? 0) + (second.shape[0] ?? 0);
  return { ...first, shape: [count, ...first.shape.slice(1)], data };
}

function readArrays({ name, bytes }: NamedBytes): NamedArray[] {
  const file = baseName(name);
  if (isZip(bytes)) return readNpz(bytes, file);
  const content = isGzip(bytes) ? gunzip(bytes, file) : bytes;
  if (isNpy(content)) return [readNpy(content, stem(file), file)];
  if (isCifar(content)) return readCifar(content);
  if (isIdx(content)) return [readIdx(content, idxArrayName(content), file)];
  throw new InputError({
    file,
    problem: 'this is neither .npz, .npy, IDX, CIFAR nor a picture.',
    advice: 'Save the set with numpy.savez(file, x=images, label=labels), or bring a folder of pictures.',
  });
}

/** MNIST's own naming: images have rank 3 (or 4), labels rank 1 (or 2). */
function idxArrayName(content: Uint8Array): string {
  return (content[3] ?? 0) >= 3 ? 'images' : 'labels';
}

function stem(file: string): string {
  return file.replace(/\.gz$/, '').replace(/\.npy$/, '');
}
