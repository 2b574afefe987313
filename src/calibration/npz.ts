import { InputError } from '../util/errors';
import { unpackedLimit, unzip } from '../util/zip';
import type { NamedArray } from './calibration';
import { isNpy, readNpy } from './npy';

/** Reads the arrays of numpy's `.npz`: a zip of `NAME.npy`. @throws InputError */
export function readNpz(bytes: Uint8Array, file: string, limit = unpackedLimit): NamedArray[] {
  const advice = 'Save fewer samples; a few hundred are enough to calibrate with.';
  const arrays = unzip({ name: file, bytes }, (entry) => entry.endsWith('.npy'), { limit, advice })
    .filter((entry) => isNpy(entry.bytes))
    .map((entry) => readNpy(entry.bytes, entry.name.replace(/\.npy$/, ''), file));
  if (arrays.length === 0) {
    throw new InputError({
      file,
      problem: 'the archive holds no .npy arrays.',
      advice: 'Make it with numpy.savez(file, x=images, label=labels).',
    });
  }
  return arrays;
}
