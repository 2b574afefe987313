/** Bytes with a few random wounds: flipped, cut, repeated, or made into an endless varint or an extreme number. */
export function damaged(bytes: Uint8Array, next: () => number): Uint8Array {
  const wounds = 1 + Math.floor(next() * 4);
  let result: Uint8Array = bytes.slice();
  for (let i = 0; i < wounds; i++) result = wound(result, next);
  return result;
}

function wound(bytes: Uint8Array, next: () => number): Uint8Array {
  const place = () => Math.floor(next() * bytes.length);
  const start = place();
  switch (Math.floor(next() * 7)) {
    case 0:
      return bytes.subarray(0, start);
    case 1:
      return spliced(bytes, start, Math.floor(next() * 40), new Uint8Array());
    case 2:
      return spliced(bytes, start, 0, bytes.subarray(start, start + Math.floor(next() * 200)));
    case 3:
      return spliced(bytes, start, 0, new Uint8Array(12).fill(0xff));
    case 4:
      return spliced(bytes, start, 8, pick(EXTREMES, next));
    default:
      return spliced(bytes, start, 1, Uint8Array.of(Math.floor(next() * 256)));
  }
}

const EXTREMES: readonly Uint8Array[] = [0n, -1n, 2n ** 62n, 2n ** 31n, -(2n ** 63n)].map(
  (value) => new Uint8Array(BigInt64Array.of(value).buffer),
);

function spliced(bytes: Uint8Array, start: number, removed: number, added: Uint8Array): Uint8Array {
  const rest = bytes.subarray(Math.min(bytes.length, start + removed));
  const result = new Uint8Array(start + added.length + rest.length);
  result.set(bytes.subarray(0, start));
  result.set(added, start);
  result.set(rest, start + added.length);
  return result;
}

export function pick<T>(items: readonly T[], next: () => number): T {
  const item = items[Math.floor(next() * items.length)];
  if (item === undefined) throw new RangeError('There is nothing to choose from.');
  return item;
}
