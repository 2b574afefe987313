import type { NamedArray } from './calibration';

type Dtype = NamedArray['dtype'];
type Data = NamedArray['data'];

/** A way numbers are stored in a file: their size, and the array they are read to. */
export interface Storage {
  readonly dtype: Dtype;
  readonly bytes: number;
  readonly create: (count: number) => Data;
  readonly get: (view: DataView, offset: number, little: boolean) => number;
}

/** By numpy's kind and size, e.g. `f4`. Kinds that have no array of their own are widened without loss. */
export const storages: ReadonlyMap<string, Storage> = new Map<string, Storage>([
  ['u1', storage('uint8', 1, Uint8Array, (view, at) => view.getUint8(at))],
  ['b1', storage('bool', 1, Uint8Array, (view, at) => (view.getUint8(at) === 0 ? 0 : 1))],
  ['i1', storage('int8', 1, Int8Array, (view, at) => view.getInt8(at))],
  ['i2', storage('int16', 2, Int16Array, (view, at, little) => view.getInt16(at, little))],
  ['u2', storage('int32', 2, Int32Array, (view, at, little) => view.getUint16(at, little))],
  ['i4', storage('int32', 4, Int32Array, (view, at, little) => view.getInt32(at, little))],
  ['u4', storage('int64', 4, Float64Array, (view, at, little) => view.getUint32(at, little))],
  ['i8', storage('int64', 8, Float64Array, (view, at, little) => Number(view.getBigInt64(at, little)))],
  ['u8', storage('int64', 8, Float64Array, (view, at, little) => Number(view.getBigUint64(at, little)))],
  ['f2', storage('float32', 2, Float32Array, (view, at, little) => halfToNumber(view.getUint16(at, little)))],
  ['f4', storage('float32', 4, Float32Array, (view, at, little) => view.getFloat32(at, little))],
  ['f8', storage('float64', 8, Float64Array, (view, at, little) => view.getFloat64(at, little))],
]);

/** `count` numbers from the start of `bytes`, in file order. `bytes` must hold them all. */
export function readNumbers(bytes: Uint8Array, count: number, kind: Storage, little: boolean): Data {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const data = kind.create(count);
  for (let i = 0; i < count; i++) data[i] = kind.get(view, i * kind.bytes, little);
  return data;
}

/** The value of an IEEE 754 half-precision number given by its 16 bits. */
export function halfToNumber(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 0x1f;
  const fraction = bits & 0x3ff;
  if (exponent === 0) return sign * fraction * 2 ** -24;
  if (exponent === 31) return fraction ? NaN : sign * Infinity;
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15);
}

export function elementCount(shape: readonly number[]): number {
  return shape.reduce((count, length) => count * length, 1);
}

function storage(
  dtype: Dtype,
  bytes: number,
  ArrayType: new (count: number) => Data,
  get: Storage['get'],
): Storage {
  return { dtype, bytes, create: (count) => new ArrayType(count), get };
}
