import { unzipSync } from 'fflate';
import { InputError } from '../util/errors';
import type { NamedArray } from './calibration';
import { isNpy, readNpy } from './npy';

/** Largest unpacked size, in bytes, of everything in one archive. */
export const unpackedLimit = 2 ** 30;

export function isZip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && (bytes[2] === 3 || bytes[2] === 5);
}

/** Reads the arrays of numpy's `.npz`: a zip of `NAME.npy`. @throws InputError */
export function readNpz(bytes: Uint8Array, file: string, limit = unpackedLimit): NamedArray[] {
  const arrays = Object.entries(unpack(bytes, file, limit))
    .filter(([, content]) => isNpy(content))
    .map(([entry, content]) => readNpy(content, entry.replace(/\.npy$/, ''), file));
  if (arrays.length === 0) {
    throw new InputError({
      file,
      problem: 'the archive holds no .npy arrays.',
      advice: 'Make it with numpy.savez(file, x=images, label=labels).',
    });
  }
  return arrays;
}

function unpack(bytes: Uint8Array, file: string, limit: number): Record<string, Uint8Array> {
  let total = 0;
  try {
    return unzipSync(bytes, {
      filter: ({ name, originalSize }) => {
        total += originalSize;
        if (total > limit) throw tooLarge(file, limit);
        return name.endsWith('.npy');
      },
    });
  } catch (error) {
    if (error instanceof InputError) throw error;
    throw new InputError({
      file,
      problem: `the archive cannot be unpacked (${error instanceof Error ? error.message : String(error)}).`,
      advice: 'It may be cut short: save or download it again.',
    });
  }
}

function tooLarge(file: string, limit: number): InputError {
  return new InputError({
    file,
    problem: `unpacked it would be larger than ${Math.round(limit / 2 ** 20)} MiB.`,
    advice: 'Save fewer samples; a few hundred are enough to calibrate with.',
  });
}
