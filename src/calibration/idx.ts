import { gunzipSync } from 'fflate';
import { InputError } from '../util/errors';
import type { NamedArray } from './calibration';
import { unpackedLimit } from '../util/zip';
import { elementCount, readNumbers, storages } from './typed-array';

/** MNIST's IDX type bytes as numpy kinds. http://yann.lecun.com/exdb/mnist/ */
const kinds: Readonly<Record<number, string>> = {
  0x08: 'u1',
  0x09: 'i1',
  0x0b: 'i2',
  0x0c: 'i4',
  0x0d: 'f4',
  0x0e: 'f8',
};

export function isIdx(bytes: Uint8Array): boolean {
  const rank = bytes[3] ?? 0;
  return bytes[0] === 0 && bytes[1] === 0 && kinds[bytes[2] ?? 0] !== undefined && rank >= 1 && rank <= 4;
}

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b && bytes[2] === 8;
}

/** @throws InputError when the file is broken or its content larger than `limit` bytes */
export function gunzip(bytes: Uint8Array, file: string, limit = unpackedLimit): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const size = bytes.length > 18 ? view.getUint32(bytes.length - 4, true) : 0;
  // Deflate cannot shrink more than 1032 times: a size beyond that is a lie.
  if (size === 0 || size > limit || size > bytes.length * 1032) {
    throw new InputError({
      file,
      problem: `its unpacked size, ${size} bytes, is out of bounds.`,
      advice: 'Save or download the file again.',
    });
  }
  try {
    return gunzipSync(bytes);
  } catch {
    throw new InputError({
      file,
      problem: 'the gzip file is damaged.',
      advice: 'Save or download the file again.',
    });
  }
}

/** Reads an array in the IDX format of MNIST (big-endian, not compressed). @throws InputError */
export function readIdx(bytes: Uint8Array, name: string, file: string): NamedArray {
  const kind = storages.get(kinds[bytes[2] ?? 0] ?? '');
  const rank = bytes[3] ?? 0;
  const dataStart = 4 + 4 * rank;
  if (!isIdx(bytes) || !kind || bytes.length < dataStart) {
    throw new InputError({
      file,
      problem: 'this is not an IDX file of 1 to 4 dimensions.',
      advice: 'Download it again.',
    });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const shape = Array.from({ length: rank }, (_, axis) => view.getUint32(4 + 4 * axis));
  const count = elementCount(shape);
  if (bytes.length < dataStart + count * kind.bytes) {
    throw new InputError({
      file,
      problem: `it should hold ${shape.join('×')} numbers but ends after ${bytes.length} bytes.`,
      advice: 'The file is cut short: download it again.',
    });
  }
  return { name, dtype: kind.dtype, shape, data: readNumbers(bytes.subarray(dataStart), count, kind, false) };
}
