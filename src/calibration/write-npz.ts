import { zipSync } from 'fflate';
import type { NamedArray } from './calibration';
import { elementCount } from './typed-array';

const descriptions: Readonly<Record<NamedArray['dtype'], string>> = {
  uint8: '|u1',
  int8: '|i1',
  int16: '<i2',
  int32: '<i4',
  int64: '<i8',
  float32: '<f4',
  float64: '<f8',
  bool: '|b1',
};

/** A compressed `.npz` of the arrays, as numpy.savez_compressed makes it; the same arrays give the same bytes. */
export function writeNpz(arrays: readonly NamedArray[]): Uint8Array<ArrayBuffer> {
  const entries = arrays.map((array) => [`${array.name}.npy`, writeNpy(array)] as const);
  return zipSync(Object.fromEntries(entries), { level: 6, mtime: new Date(1980, 0, 1) });
}

/** The array as a `.npy` file, version 1, C order, little endian. */
export function writeNpy(array: NamedArray): Uint8Array<ArrayBuffer> {
  const comma = array.shape.length === 1 ? ',' : '';
  const shape = `(${array.shape.join(', ')}${comma})`;
  const text = `{'descr': '${descriptions[array.dtype]}', 'fortran_order': False, 'shape': ${shape}, }`;
  const headerLength = Math.ceil((10 + text.length + 1) / 64) * 64 - 10;
  const header = new TextEncoder().encode(`${text.padEnd(headerLength - 1)}\n`);
  const body = littleEndian(array);
  const bytes = new Uint8Array(10 + headerLength + body.length);
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, headerLength & 0xff, headerLength >> 8]);
  bytes.set(header, 10);
  bytes.set(body, 10 + headerLength);
  return bytes;
}

function littleEndian({ dtype, data, shape }: NamedArray): Uint8Array {
  const count = elementCount(shape);
  if (dtype === 'int64') {
    const wide = BigInt64Array.from(data.subarray(0, count), (value) => BigInt(value));
    return new Uint8Array(wide.buffer);
  }
  return new Uint8Array(data.buffer, data.byteOffset, count * data.BYTES_PER_ELEMENT);
}
