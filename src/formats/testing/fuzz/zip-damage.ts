import { unzipSync, zipSync } from 'fflate';
import { damaged, pick } from '../damage';

const NAMES = [
  '../outside',
  'PROTOTYPE',
  'constructor',
  '',
  'a/',
  'model.json',
  'x.npy',
  'data.pkl',
  'toString',
];
const CENTRAL_ENTRY = Uint8Array.of(0x50, 0x4b, 1, 2);

/** An archive whose entries are damaged or renamed, whose directory lies about sizes and places, or whose bytes are hurt. */
export function rezipped(bytes: Uint8Array, next: () => number): Uint8Array {
  const chance = next();
  if (chance < 0.3) return damaged(bytes, next);
  if (chance < 0.6) return lying(bytes, next);
  const entries = Object.entries(unzipSync(bytes));
  const changed = entries.flatMap(([name, content]): [string, Uint8Array][] => {
    const wound = next();
    if (wound < 0.05) return [];
    if (wound < 0.1) return [[pick(NAMES, next), content]];
    return [[name, wound < 0.25 ? damaged(content, next) : content]];
  });
  return withHostileName(zipSync(Object.fromEntries(changed), { level: next() < 0.5 ? 0 : 1 }));
}

/** The packing library cannot write this name itself. */
function withHostileName(bytes: Uint8Array): Uint8Array {
  const [name, hostile] = ['PROTOTYPE', '__proto__'].map((text) => new TextEncoder().encode(text));
  if (name && hostile) for (const at of positionsOf(name, bytes)) bytes.set(hostile, at);
  return bytes;
}

function positionsOf(pattern: Uint8Array, bytes: Uint8Array): number[] {
  const [first = 0] = pattern;
  const found: number[] = [];
  for (let at = bytes.indexOf(first); at >= 0; at = bytes.indexOf(first, at + 1))
    if (pattern.every((byte, i) => bytes[at + i] === byte)) found.push(at);
  return found;
}

/** Fields of an entry in the archive's directory: how it is packed, its sizes, lengths of names, where it is. */
const FIELDS = [10, 20, 24, 28, 30, 32, 42];
const LIES = [0, 1, 8, 99, 2 ** 16, 2 ** 20, 2 ** 29, 2 ** 31, 2 ** 32 - 1];

function lying(bytes: Uint8Array, next: () => number): Uint8Array {
  const result = bytes.slice();
  const view = new DataView(result.buffer);
  const entries = positionsOf(CENTRAL_ENTRY, result).filter((at) => at + 46 <= result.length);
  if (entries.length === 0) return result;
  for (let i = 0; i <= Math.floor(next() * 2); i++)
    view.setUint32(pick(entries, next) + pick(FIELDS, next), pick(LIES, next), true);
  return result;
}
