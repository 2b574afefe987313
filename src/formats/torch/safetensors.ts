import { InputError } from '../../util/errors';
import type { NamedBytes } from '../../util/files';
import { isNumbers, isObject } from '../tfjs/json';
import type { StateDict } from './state-dict';
import { isTensorKind, kindBytes, type StateTensor } from './tensor';

/** Largest header that the format allows. */
const maxHeader = 100_000_000;

export function isSafetensors({ bytes }: NamedBytes): boolean {
  const length = headerLength(bytes);
  return length !== null && bytes[8] === 0x7b;
}

function headerLength(bytes: Uint8Array): number | null {
  if (bytes.length < 10) return null;
  const length = Number(new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0, true));
  return length >= 2 && length <= maxHeader && 8 + length <= bytes.length ? length : null;
}

/**
 * Reads a `.safetensors` file. https://huggingface.co/docs/safetensors
 * @throws InputError for damaged files
 */
export function readSafetensors(file: NamedBytes): StateDict {
  const { name, bytes } = file;
  const length = headerLength(bytes);
  const header = length === null ? null : parseHeader(bytes.subarray(8, 8 + length));
  if (length === null || !header) throw damaged(name, 'its header', 'it cannot be read.');
  const body = bytes.subarray(8 + length);
  const metadata = header.find(([key]) => key === '__metadata__')?.[1];
  const tensors = new Map(
    header
      .filter(([key]) => key !== '__metadata__')
      .map(([key, entry]) => [key, readEntry(key, entry, body, name)]),
  );
  return { file: name, tensors, write: (changed) => writeSafetensors(changed, metadata) };
}

function parseHeader(bytes: Uint8Array): [string, unknown][] | null {
  try {
    const header: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return isObject(header) ? Object.entries(header) : null;
  } catch {
    return null;
  }
}

function readEntry(key: string, entry: unknown, body: Uint8Array, file: string): StateTensor {
  const place = `tensor "${key.slice(0, 100)}"`;
  const { dtype, shape, data_offsets: offsets } = isObject(entry) ? entry : {};
  const sizes =
    isNumbers(shape) && shape.every((size) => Number.isSafeInteger(size) && size >= 0) ? shape : null;
  const [start, end] = isNumbers(offsets) ? offsets : [];
  if (!sizes || start === undefined || end === undefined)
    throw damaged(file, place, 'its shape or place is missing.');
  if (typeof dtype !== 'string' || !isTensorKind(dtype))
    throw damaged(file, place, `its type ${JSON.stringify(dtype)} is not known.`);
  const elementBytes = kindBytes(dtype);
  const length = sizes.reduce((product, size) => product * size, elementBytes);
  const fits = Number.isSafeInteger(start) && start >= 0 && end <= body.length && end - start === length;
  if (!fits)
    throw damaged(file, place, `bytes ${start} to ${end} do not hold its ${sizes.join('×')} numbers.`);
  return { kind: dtype, elementBytes, shape: sizes, bytes: body.subarray(start, end) };
}

/** Tensors in the order given, one after the other. */
export function writeSafetensors(tensors: ReadonlyMap<string, StateTensor>, metadata?: unknown): Uint8Array {
  const entries: [string, unknown][] = metadata === undefined ? [] : [['__metadata__', metadata]];
  let offset = 0;
  for (const [name, { kind, shape, bytes }] of tensors) {
    entries.push([name, { dtype: kind, shape, data_offsets: [offset, offset + bytes.length] }]);
    offset += bytes.length;
  }
  const text = `{${entries.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(',')}}`;
  const json = new TextEncoder().encode(text);
  // Blanks after the header let the numbers begin at a multiple of 8.
  const headerBytes = Math.ceil(json.length / 8) * 8;
  const file = new Uint8Array(8 + headerBytes + offset).fill(0x20, 8 + json.length, 8 + headerBytes);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerBytes), true);
  file.set(json, 8);
  let at = 8 + headerBytes;
  for (const { bytes } of tensors.values()) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

function damaged(file: string, place: string, problem: string): InputError {
  return new InputError({ file, place, problem, advice: 'The file is damaged or cut short: save it again.' });
}
