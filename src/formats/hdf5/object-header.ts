import type { Cursor, Source } from './source';

export const MessageType = {
  dataspace: 0x01,
  linkInfo: 0x02,
  datatype: 0x03,
  link: 0x06,
  layout: 0x08,
  filters: 0x0b,
  attribute: 0x0c,
  continuation: 0x10,
  symbolTable: 0x11,
  attributeInfo: 0x15,
} as const;

export interface Message {
  readonly type: number;
  /** Whether the message only points to one that several objects share. */
  readonly shared: boolean;
  readonly body: Cursor;
}

/** The messages of an object header of version 1 or 2, continuations included. */
export function readObjectHeader(source: Source, address: number): Message[] {
  source.walk(address);
  const start = source.at(address);
  return start.bytes(4).every((byte, i) => byte === 'OHDR'.charCodeAt(i))
    ? readVersion2(start)
    : readVersion1(source.at(address));
}

function readVersion1(cursor: Cursor): Message[] {
  const version = cursor.uint8();
  if (version !== 1) throw cursor.source.damaged(cursor.offset - 1, 'an object is expected');
  cursor.skip(7);
  const length = cursor.uint32();
  const next = (part: Cursor): Message => {
    const [type, size, flags] = [part.uint16(), part.uint16(), part.uint8()];
    return { type, shared: (flags & 2) !== 0, body: part.skip(3).part(size) };
  };
  return readChain(cursor.skip(4).part(length), { headerBytes: 8, next, unwrap: (part) => part });
}

function readVersion2(cursor: Cursor): Message[] {
  cursor.skip(1);
  const flags = cursor.uint8();
  cursor.skip((flags & 0x20 ? 16 : 0) + (flags & 0x10 ? 4 : 0));
  const length = cursor.uint(1 << (flags & 3));
  const headerBytes = flags & 4 ? 6 : 4;
  const next = (part: Cursor): Message => {
    const [type, size, messageFlags] = [part.uint8(), part.uint16(), part.uint8()];
    return { type, shared: (messageFlags & 2) !== 0, body: part.skip(headerBytes - 4).part(size) };
  };
  // A continuation starts with its own four letters and ends with a checksum.
  const unwrap = (part: Cursor) => part.skip(4).part(part.left - 4);
  return readChain(cursor.part(length), { headerBytes, next, unwrap });
}

interface HeaderVersion {
  readonly headerBytes: number;
  readonly next: (part: Cursor) => Message;
  readonly unwrap: (part: Cursor) => Cursor;
}

function readChain(first: Cursor, { headerBytes, next, unwrap }: HeaderVersion): Message[] {
  const messages: Message[] = [];
  const parts = [first];
  for (let part = parts.shift(); part; part = parts.shift()) {
    while (part.left >= headerBytes) {
      const message = next(part);
      if (message.type !== MessageType.continuation) messages.push(message);
      else parts.push(unwrap(continuation(message.body)));
    }
  }
  return messages;
}

function continuation(body: Cursor): Cursor {
  const [address, length] = [body.uint64(), body.uint64()];
  body.source.walk(address);
  return body.source.at(address, length);
}
