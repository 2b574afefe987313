import { InputError } from '../util/errors';
import type { NamedArray } from './calibration';
import { elementCount, readNumbers, storages } from './typed-array';

const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

export function isNpy(bytes: Uint8Array): boolean {
  return magic.every((byte, i) => bytes[i] === byte);
}

/**
 * Reads numpy's `.npy` format, versions 1 to 3, to a row-major array.
 * https://numpy.org/doc/stable/reference/generated/numpy.lib.format.html
 *
 * @throws InputError for pickled objects, text, complex or structured types, and truncated files
 */
export function readNpy(bytes: Uint8Array, name: string, file: string): NamedArray {
  const place = `array "${name}"`;
  const { header, dataStart } = readHeader(bytes, file, place);
  const { kind, little } = readDtype(header, file, place);
  const shape = readShape(header, file, place);
  const count = elementCount(shape);
  const body = bytes.subarray(dataStart);
  if (!Number.isSafeInteger(count) || body.length < count * kind.bytes) {
    throw new InputError({
      file,
      place,
      problem: `its header promises ${count} numbers (${shape.join('×')}), but only ${body.length} bytes follow.`,
      advice: 'The file is cut short: save or download it again.',
    });
  }
  const stored = readNumbers(body, count, kind, little);
  const fortran = /'fortran_order'\s*:\s*True/.test(header);
  return { name, dtype: kind.dtype, shape, data: fortran ? toRowMajor(stored, shape) : stored };
}

function readHeader(bytes: Uint8Array, file: string, place: string) {
  const major = bytes[6] ?? 0;
  const lengthBytes = major === 1 ? 2 : 4;
  const headerStart = 8 + lengthBytes;
  const advice = 'Save the array again with numpy.save or numpy.savez.';
  if (!isNpy(bytes) || bytes.length < headerStart || major < 1 || major > 3) {
    throw new InputError({ file, place, problem: 'this is not a .npy array of version 1 to 3.', advice });
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const length = major === 1 ? view.getUint16(8, true) : view.getUint32(8, true);
  const dataStart = headerStart + length;
  if (dataStart > bytes.length) {
    throw new InputError({ file, place, problem: 'the file ends within the array header.', advice });
  }
  return { header: new TextDecoder().decode(bytes.subarray(headerStart, dataStart)), dataStart };
}

function readDtype(header: string, file: string, place: string) {
  const descr = /'descr'\s*:\s*'([^']*)'/.exec(header)?.[1];
  if (descr === '|O') {
    throw new InputError({
      file,
      place,
      problem: 'it holds pickled Python objects, which are never opened because they can run code.',
      advice: 'Save it as numbers, for example with .astype("float32"), or leave it out of the file.',
    });
  }
  const kind =
    descr && /^[<>|=]?[a-z]\d+$/.test(descr) ? storages.get(descr.replace(/^[<>|=]/, '')) : undefined;
  if (!kind) {
    throw new InputError({
      file,
      place,
      problem: `its type ${descr ? `'${descr}'` : '(structured)'} is not a plain number.`,
      advice:
        'Save it as bool, uint8, int8 to int64, float16, float32 or float64, or leave it out of the file.',
    });
  }
  return { kind, little: !descr?.startsWith('>') };
}

function readShape(header: string, file: string, place: string): number[] {
  const text = /'shape'\s*:\s*\(([\d\s,L]*)\)/.exec(header)?.[1];
  if (text === undefined) {
    throw new InputError({
      file,
      place,
      problem: 'its header gives no shape.',
      advice: 'Save the array again with numpy.save or numpy.savez.',
    });
  }
  return text
    .split(',')
    .filter((length) => length.trim() !== '')
    .map((length) => parseInt(length, 10));
}

/** From Fortran order, where the first axis changes fastest, to C order. */
function toRowMajor(stored: NamedArray['data'], shape: readonly number[]): NamedArray['data'] {
  const data = stored.slice();
  const index = shape.map(() => 0);
  const steps = shape.map((_, axis) => elementCount(shape.slice(0, axis)));
  for (let i = 0; i < data.length; i++) {
    const from = index.reduce((sum, at, axis) => sum + at * (steps[axis] ?? 0), 0);
    data[i] = stored[from] ?? 0;
    advance(index, shape);
  }
  return data;
}

function advance(index: number[], shape: readonly number[]) {
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const next = (index[axis] ?? 0) + 1;
    index[axis] = next < (shape[axis] ?? 0) ? next : 0;
    if (index[axis] !== 0) return;
  }
}
