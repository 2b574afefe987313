import type { GlobalHeap } from './heaps';
import { MessageType, type Message } from './object-header';
import type { Cursor } from './source';
import type { H5Type, H5Value } from './tree';

/** Elements that a value may have. */
const maxElements = 2 ** 30;

const kinds: Readonly<Record<number, H5Type['kind']>> = {
  0: 'integer',
  1: 'float',
  2: 'bytes',
  3: 'fixed-text',
  4: 'bytes',
  5: 'bytes',
  8: 'bytes',
  9: 'text',
};

/** @throws InputError for records and references, which no Keras model holds */
export function readType(body: Cursor): H5Type {
  const length = body.left;
  const message = body.bytes(length);
  const [classByte = 0, bits = 0] = message;
  const kind = kinds[classByte & 0x0f];
  if (!kind || length < 8)
    throw body.source.unreadable(`it holds values of a kind (${classByte & 0x0f}) that is not read.`);
  const view = new DataView(message.buffer, message.byteOffset, length);
  // A text of variable length says of what: at 8 lies the type of its characters.
  const size = view.getUint32(kind === 'text' && length >= 16 ? 12 : 4, true);
  return { kind, size, littleEndian: (bits & 1) === 0, signed: (bits & 8) !== 0, message };
}

/** Lengths of the axes; [] for a single value, null for none. */
export function readSpace(body: Cursor): number[] | null {
  const version = body.uint8();
  const rank = body.uint8();
  const flagsAndKind = body.skip(1).uint8();
  if (version === 2 && flagsAndKind === 2) return null;
  if (version === 1) body.skip(4);
  else if (version !== 2) throw body.source.damaged(body.offset, 'a shape is expected');
  const shape = Array.from({ length: rank }, () => body.uint64());
  if (shape.reduce((product, length) => product * length, 1) > maxElements)
    throw body.source.unreadable(`it holds a value of the shape ${shape.join('×')}.`);
  return shape;
}

export function elementsOf(shape: readonly number[] | null): number {
  return shape === null ? 0 : shape.reduce((product, length) => product * length, 1);
}

/** Bytes that one element takes in the file. */
export function storedBytes({ kind, size }: H5Type): number {
  return kind === 'text' ? 16 : size;
}

/** Resolves texts of variable length; everything else stays as it is. */
export function readElements(type: H5Type, count: number, stored: Cursor, heap: GlobalHeap): H5Value['data'] {
  if (type.kind !== 'text') return stored.bytes(count * type.size);
  if (count * 16 > stored.left) throw stored.source.damaged(stored.offset, 'it ends too early');
  return Array.from({ length: count }, () => {
    const length = stored.uint32() * type.size;
    const [collection, index] = [stored.uint64(), stored.uint32()];
    if (length === 0) return new Uint8Array();
    stored.source.reserve(length);
    return heap.object(collection, index).subarray(0, length);
  });
}

/** The attribute that a message holds: versions 1 to 3. */
export function readAttribute(body: Cursor, heap: GlobalHeap): [name: string, value: H5Value] {
  const version = body.uint8();
  if (version < 1 || version > 3) throw body.source.damaged(body.offset - 1, 'an attribute is expected');
  const flags = body.uint8();
  if (version > 1 && flags !== 0) throw sharedType(body);
  const [nameBytes, typeBytes, spaceBytes] = [body.uint16(), body.uint16(), body.uint16()];
  if (version === 3) body.skip(1);
  const padded = (length: number) => {
    const part = body.part(length);
    if (version === 1) body.skip(-length & 7);
    return part;
  };
  const name = padded(nameBytes).text(nameBytes).replace(/\0.*$/, '');
  const type = readType(padded(typeBytes));
  const shape = readSpace(padded(spaceBytes));
  return [name, { type, shape, data: readElements(type, elementsOf(shape), body, heap) }];
}

export function messageOf(messages: readonly Message[], type: keyof typeof MessageType): Cursor | undefined {
  const found = messages.find((message) => message.type === MessageType[type]);
  if (found?.shared) throw sharedType(found.body);
  return found?.body;
}

function sharedType({ source }: Cursor) {
  return source.unreadable('it names its types, which Keras never does.');
}
