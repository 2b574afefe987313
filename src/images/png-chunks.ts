import { Unzlib } from 'fflate';

const needed = new Set(['IHDR', 'PLTE', 'IDAT', 'IEND']);
/** Bytes that are unpacked at once; deflate makes at most 1032 times as much of them. */
const portion = 2 ** 16;

/**
 * The PNG with nothing but what its pixels need: profiles and texts may be anything. Refuses what does not hold
 * exactly one picture of the size it declares, before that size is taken for true.
 *
 * @throws Error saying what is wrong
 */
export function pixelChunks(bytes: Uint8Array, pixelBytes: number): Uint8Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const chunks: Uint8Array[] = [bytes.subarray(0, 8)];
  const data: Uint8Array[] = [];
  let headers = 0;
  for (let at = 8; at + 12 <= bytes.length;) {
    const length = view.getUint32(at);
    const end = at + 12 + length;
    if (end > bytes.length) break;
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    if (needed.has(type)) chunks.push(bytes.subarray(at, end));
    if (type === 'IDAT') data.push(bytes.subarray(at + 8, end - 4));
    if (type === 'IHDR' && (headers += 1) > 1) throw new Error('it has two headers');
    if (type === 'IEND') {
      requireSize(data, pixelBytes);
      return join(chunks);
    }
    at = end;
  }
  throw new Error('it is cut short');
}

function requireSize(data: readonly Uint8Array[], expected: number): void {
  let size = 0;
  const inflate = new Unzlib((chunk) => {
    size += chunk.length;
    if (size > expected) throw new Error('it unpacks to more pixels than it declares');
  });
  for (const chunk of data) {
    for (let at = 0; at < chunk.length; at += portion) inflate.push(chunk.subarray(at, at + portion));
  }
  if (size < expected) throw new Error('it has fewer pixels than it declares');
}

function join(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
