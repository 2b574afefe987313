import { unzlibSync } from 'fflate';
import { readTree1 } from './b-trees';
import { Source, type Cursor } from './source';

export interface Stored {
  readonly shape: readonly number[];
  readonly elementBytes: number;
  /** Message that says where the data is. */
  readonly layout: Cursor;
  /** Message that says how it is packed. */
  readonly filters: Cursor | undefined;
}

/** A dataset's bytes, row-major, wherever they are: in the header, in one piece, or in (packed) chunks. */
export function readStored(source: Source, stored: Stored): Cursor {
  const { shape, elementBytes, layout } = stored;
  const length = shape.reduce((product, size) => product * size, elementBytes);
  source.reserve(length);
  const version = layout.uint8();
  if (version < 3 || version > 4) throw source.unreadable('it was written by a very old HDF5.');
  const kind = layout.uint8();
  if (kind === 0) return layout.part(layout.uint16());
  if (kind === 1) {
    const address = layout.address();
    return address === null ? inMemory(source, new Uint8Array(length)) : source.at(address, length);
  }
  if (kind === 2 && version === 3) return inMemory(source, readChunks(source, stored, length));
  throw source.unreadable('its data is laid out in a way that is not read.');
}

function inMemory({ file }: Source, bytes: Uint8Array): Cursor {
  return new Source(bytes, file).at(0);
}

function readChunks(source: Source, { shape, elementBytes, layout, filters }: Stored, length: number) {
  const rank = layout.uint8() - 1;
  const tree = layout.address();
  const chunk = Array.from({ length: rank }, () => layout.uint32());
  if (rank !== shape.length || rank < 1 || chunk.some((size) => size === 0))
    throw source.damaged(layout.offset, 'the shape of chunks');
  const bytes = new Uint8Array(length);
  if (tree === null) return bytes;
  const chunkBytes = chunk.reduce((product, size) => product * size, elementBytes);
  if (chunkBytes > 16 * length + 2 ** 20) throw source.damaged(layout.offset, 'the shape of chunks');
  const steps = filters ? readFilters(filters) : [];
  for (const { key, child } of readTree1(source, tree, 8 + 8 * (rank + 1))) {
    const [packedBytes, skipped] = [key.uint32(), key.uint32()];
    const start = chunk.map(() => key.uint64());
    source.walk(child);
    const packed = source.at(child, packedBytes).bytes(packedBytes);
    const used = steps.filter((_, index) => (skipped & (1 << index)) === 0);
    const content = used.reduceRight((data, step) => step(data, chunkBytes, source, child), packed);
    if (content.length < chunkBytes) throw source.damaged(child, 'a chunk is too short');
    placeChunk({ bytes, shape, elementBytes }, content, chunk, start);
  }
  return bytes;
}

type Unpack = (data: Uint8Array, chunkBytes: number, source: Source, place: number) => Uint8Array;

function readFilters(message: Cursor): Unpack[] {
  const version = message.uint8();
  const count = message.uint8();
  if (version === 1) message.skip(6);
  return Array.from({ length: count }, () => {
    const id = message.uint16();
    const nameBytes = version === 1 || id >= 256 ? message.uint16() : 0;
    const parameters = message.skip(2).uint16();
    message.skip(version === 1 ? Math.ceil(nameBytes / 8) * 8 : nameBytes);
    const [first = 1] = Array.from({ length: parameters }, () => message.uint32());
    if (version === 1 && parameters % 2 === 1) message.skip(4);
    return unpacker(id, first, message.source);
  });
}

function unpacker(id: number, parameter: number, source: Source): Unpack {
  switch (id) {
    case 1:
      return inflate;
    case 2:
      return (data) => unshuffle(data, parameter);
    case 3:
      return (data) => data.subarray(0, data.length - 4); // a checksum follows
    default:
      throw source.unreadable(`its data is packed with filter ${id}, which is not known.`);
  }
}

const inflate: Unpack = (data, chunkBytes, source, place) => {
  try {
    // Room for a checksum besides; fflate writes no more than there is room for.
    return unzlibSync(data, { out: new Uint8Array(chunkBytes + 8) }).subarray(0, chunkBytes);
  } catch {
    throw source.damaged(place, 'a chunk cannot be unpacked');
  }
};

/** From the first bytes of all elements, then the second …, to element by element. */
function unshuffle(data: Uint8Array, elementBytes: number): Uint8Array {
  const count = Math.floor(data.length / Math.max(1, elementBytes));
  const result = data.slice();
  for (let byte = 0; byte < elementBytes; byte++)
    for (let i = 0; i < count; i++) result[i * elementBytes + byte] = data[byte * count + i] ?? 0;
  return result;
}

interface Target {
  readonly bytes: Uint8Array;
  readonly shape: readonly number[];
  readonly elementBytes: number;
}

/** Copies the part of a chunk that lies within the dataset, row by row. */
function placeChunk(target: Target, content: Uint8Array, chunk: readonly number[], start: readonly number[]) {
  const { bytes, shape, elementBytes } = target;
  const inside = chunk.map((size, axis) => Math.min(size, (shape[axis] ?? 0) - (start[axis] ?? 0)));
  if (inside.some((size) => size <= 0)) return;
  const position = (index: readonly number[], sizes: readonly number[]) =>
    index.reduce((sum, at, axis) => sum * (sizes[axis] ?? 1) + at, 0) * elementBytes;
  const row = (inside.at(-1) ?? 1) * elementBytes;
  const rows = inside.slice(0, -1).reduce((product, size) => product * size, 1);
  for (let i = 0; i < rows; i++) {
    const index = indexOf(i, inside);
    const from = position(index, chunk);
    const to = position(
      index.map((at, axis) => at + (start[axis] ?? 0)),
      shape,
    );
    bytes.set(content.subarray(from, from + row), to);
  }
}

/** The index of the i-th row of a block: its last place is 0. */
function indexOf(i: number, sizes: readonly number[]): number[] {
  const index = new Array<number>(sizes.length).fill(0);
  let rest = i;
  for (let axis = sizes.length - 2; axis >= 0; axis--) {
    const size = sizes[axis] ?? 1;
    index[axis] = rest % size;
    rest = Math.floor(rest / size);
  }
  return index;
}
