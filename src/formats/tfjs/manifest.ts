import { halfToNumber } from '../../calibration/typed-array';
import { InputError } from '../../util/errors';
import type { NamedBytes } from '../../util/files';
import { broken, isNumbers, isObject, type JsonObject } from './json';

/** One entry of a weights manifest and where its bytes are. */
export interface StoredWeight {
  readonly name: string;
  readonly shape: readonly number[];
  readonly dtype: string;
  readonly quantization: Quantization | null;
  /** `optimizer` for training state that was saved along, else absent in the file. */
  readonly group: string | null;
  /** Bytes of one element as stored; 0 for text, whose elements differ in length. */
  readonly elementBytes: number;
  /** As stored: row-major, little endian, quantised. */
  readonly bytes: Uint8Array;
}

interface Quantization {
  readonly dtype: string;
  readonly min: number;
  readonly scale: number;
}

export interface ShardFile {
  readonly path: string;
  readonly length: number;
}

/** Weights whose bytes follow one another through the group's shard files. */
export interface WeightGroup {
  readonly shards: readonly ShardFile[];
  readonly weights: readonly StoredWeight[];
}

const elementBytes: Partial<Record<string, number>> = {
  float32: 4,
  int32: 4,
  float16: 2,
  uint16: 2,
  uint8: 1,
  bool: 1,
  complex64: 8,
  string: 0,
};

/**
 * Reads a TensorFlow.js weights manifest and finds its shards among the files, by path or by name.
 * https://github.com/tensorflow/tfjs/blob/master/tfjs-core/src/io/types.ts
 *
 * @throws InputError naming the missing or short shard, or the broken entry
 */
export function readManifest(manifest: unknown, file: string, files: readonly NamedBytes[]): WeightGroup[] {
  if (!Array.isArray(manifest)) throw broken(file, 'weightsManifest', 'it is not a list.');
  const groups = manifest.map((group: unknown, index) =>
    readGroup(group, `weightsManifest[${index}]`, file, files),
  );
  const seen = new Set<string>();
  for (const { name } of groups.flatMap(({ weights }) => weights)) {
    if (seen.has(name)) throw broken(file, `weight "${name}"`, 'two weights have this name.');
    seen.add(name);
  }
  return groups;
}

function readGroup(group: unknown, place: string, file: string, files: readonly NamedBytes[]): WeightGroup {
  const paths: unknown = isObject(group) ? group['paths'] : null;
  const entries: unknown = isObject(group) ? group['weights'] : null;
  if (!Array.isArray(paths) || !Array.isArray(entries) || !paths.every((path) => typeof path === 'string')) {
    throw broken(file, place, '"paths" and "weights" are wanted.');
  }
  const contents = paths.map((path) => ({ path, bytes: findShard(path, file, files) }));
  const bytes = joined(contents.map((content) => content.bytes));
  let offset = 0;
  const weights = entries.map((entry: unknown) => {
    const weight = readEntry(entry, bytes.subarray(offset), place, file, paths.join(', '));
    offset += weight.bytes.length;
    return weight;
  });
  if (offset !== bytes.length) {
    throw broken(
      file,
      place,
      `${paths.join(', ')} hold ${bytes.length} bytes, but the weights take ${offset}.`,
    );
  }
  return { shards: contents.map(({ path, bytes: { length } }) => ({ path, length })), weights };
}

function findShard(path: string, file: string, files: readonly NamedBytes[]): Uint8Array {
  const name = path.slice(path.lastIndexOf('/') + 1);
  const endsWith = (end: string) => files.find((candidate) => `/${candidate.name}`.endsWith(`/${end}`));
  const found = endsWith(path) ?? endsWith(name);
  if (found) return found.bytes;
  throw new InputError({
    file,
    place: 'weightsManifest',
    problem: `the weights file "${path}" is missing.`,
    advice: 'Drop model.json together with all its .bin files.',
  });
}

function readEntry(
  entry: unknown,
  bytes: Uint8Array,
  place: string,
  file: string,
  shards: string,
): StoredWeight {
  if (!isObject(entry) || typeof entry['name'] !== 'string')
    throw broken(file, place, 'a weight has no name.');
  const { name, shape, dtype } = entry;
  const at = `weight "${name}"`;
  if (!isNumbers(shape) || !shape.every((length) => Number.isInteger(length) && length >= 0)) {
    throw broken(file, at, 'its shape is not a list of sizes.');
  }
  const group = typeof entry['group'] === 'string' ? entry['group'] : null;
  const quantization = readQuantization(entry, at, file);
  const size = elementBytes[quantization?.dtype ?? String(dtype)];
  if (typeof dtype !== 'string' || size === undefined) {
    throw broken(file, at, `its type ${JSON.stringify(quantization?.dtype ?? dtype)} is not known.`);
  }
  const elements = shape.reduce((product, n) => product * n, 1);
  const length = size > 0 ? elements * size : textLength(bytes, elements);
  if (length > bytes.length)
    throw broken(
      file,
      at,
      `${shards} ended before its ${length < Infinity ? `${length} bytes` : 'last text'}: cut short.`,
    );
  return { name, shape, dtype, quantization, group, elementBytes: size, bytes: bytes.subarray(0, length) };
}

/** Bytes that so many texts take, each after its length in four bytes; infinite when they are not all there. */
function textLength(bytes: Uint8Array, count: number): number {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let end = 0;
  for (let i = 0; i < count; i++) {
    if (end + 4 > bytes.length) return Infinity;
    end += 4 + view.getUint32(end, true);
  }
  return end;
}

function readQuantization(entry: JsonObject, at: string, file: string): Quantization | null {
  const stored = entry['quantization'];
  if (stored === undefined || stored === null) return null;
  const { dtype, min = 0, scale = 1 } = isObject(stored) ? stored : {};
  if (typeof dtype === 'string' && typeof min === 'number' && typeof scale === 'number')
    return { dtype, min, scale };
  throw broken(file, at, 'its quantization is not understood.');
}

/**
 * The weight's numbers, dequantised (q·scale + min): whole ones for int32, else floats.
 * @throws Error for text and complex numbers
 */
export function decodeWeight(weight: StoredWeight): Float32Array | Int32Array {
  const { bytes, elementBytes: size, dtype, quantization } = weight;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const stored = quantization?.dtype ?? dtype;
  if (!isNumeric(weight)) throw new Error(`The weight "${weight.name}" holds ${stored}, not numbers.`);
  const { min, scale } = quantization && stored !== 'float16' ? quantization : { min: 0, scale: 1 };
  const get = (at: number): number => {
    if (stored === 'float32') return view.getFloat32(at, true);
    if (stored === 'int32') return view.getInt32(at, true);
    if (stored === 'float16') return halfToNumber(view.getUint16(at, true));
    return size === 2 ? view.getUint16(at, true) : view.getUint8(at);
  };
  const length = bytes.length / size;
  if (dtype === 'int32')
    return Int32Array.from({ length }, (_, i) => Math.round(get(i * size) * scale + min));
  return Float32Array.from({ length }, (_, i) => get(i * size) * scale + min);
}

export function decodeFloats(weight: StoredWeight): Float32Array {
  return Float32Array.from(decodeWeight(weight));
}

/** Whether the weight can be decoded to real numbers. */
export function isNumeric({ dtype, quantization }: StoredWeight): boolean {
  return !['string', 'complex64'].includes(quantization?.dtype ?? dtype);
}

function joined(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}
