import type { Cursor, Source } from './source';

/** The names of an old group, each ended by a zero. */
export function readLocalHeap(source: Source, address: number): (offset: number) => string {
  const header = source.block(address, 'HEAP').skip(4);
  const [size, , data] = [header.uint64(), header.uint64(), header.uint64()];
  const names = source.at(data, size).bytes(size);
  return (offset) => {
    const end = names.indexOf(0, offset);
    if (offset > size || end < 0) throw source.damaged(data, 'a name does not end');
    return new TextDecoder().decode(names.subarray(offset, end));
  };
}

/** Where values of variable length are: collections of numbered objects. */
export class GlobalHeap {
  readonly #collections = new Map<number, ReadonlyMap<number, Uint8Array>>();

  constructor(private readonly source: Source) {}

  object(collection: number, index: number): Uint8Array {
    const objects = this.#collections.get(collection) ?? this.#read(collection);
    this.#collections.set(collection, objects);
    const found = objects.get(index);
    if (!found) throw this.source.damaged(collection, `there is no object ${index}`);
    return found;
  }

  #read(address: number): ReadonlyMap<number, Uint8Array> {
    const header = this.source.block(address, 'GCOL').skip(4);
    const objects = new Map<number, Uint8Array>();
    const part = header.part(header.uint64() - 16);
    while (part.left >= 16) {
      const index = part.uint16();
      const size = part.skip(6).uint64();
      if (index === 0) break;
      objects.set(index, part.bytes(size));
      part.skip(Math.min(part.left, -size & 7));
    }
    return objects;
  }
}

/** Where the links and attributes of large new groups are. */
export class FractalHeap {
  readonly #offsetBytes: number;
  readonly #width: number;
  readonly #firstBlock: number;
  readonly #directRows: number;
  readonly #idBytes: number;
  readonly #blocks: readonly { readonly start: number; readonly size: number; readonly address: number }[];

  constructor(
    private readonly source: Source,
    address: number,
  ) {
    const header = source.block(address, 'FRHP').skip(1);
    this.#idBytes = header.uint16();
    if (header.uint16() > 0) throw source.unreadable('its groups are compressed.');
    header.skip(1 + 4 + 12 * 8);
    this.#width = header.uint16();
    this.#firstBlock = header.uint64();
    const largest = header.uint64();
    this.#offsetBytes = Math.ceil(header.uint16() / 8);
    const root = header.skip(2).address();
    const rows = header.uint16();
    this.#directRows = Math.log2(largest) - Math.log2(this.#firstBlock) + 2;
    if (!(this.#firstBlock > 0 && this.#offsetBytes <= 8)) throw source.damaged(address, 'sizes of a heap');
    if (root === null) this.#blocks = [];
    else if (rows === 0) this.#blocks = [{ start: 0, size: this.#firstBlock, address: root }];
    else this.#blocks = this.#indirect(root, rows, 0);
  }

  /** The object of a heap id as an index stores it. */
  object(id: Cursor): Cursor {
    const kind = id.uint8() & 0x30;
    if (kind !== 0)
      throw this.source.unreadable('it holds an attribute or name that is too long to be read.');
    const offset = id.uint(this.#offsetBytes);
    const length = id.uint(Math.min(this.#idBytes - 1 - this.#offsetBytes, 4));
    const block = this.#blocks.find(({ start, size }) => offset >= start && offset < start + size);
    if (!block) throw this.source.damaged(id.offset, 'an object is outside its heap');
    return this.source.at(block.address + offset - block.start, length);
  }

  get idBytes(): number {
    return this.#idBytes;
  }

  #indirect(address: number, rows: number, first: number) {
    const cursor = this.source.block(address, 'FHIB').skip(1 + 8 + this.#offsetBytes);
    const blocks: { start: number; size: number; address: number }[] = [];
    let start = first;
    for (let row = 0; row < rows; row++) {
      const size = this.#firstBlock * 2 ** Math.max(0, row - 1);
      for (let column = 0; column < this.#width; column++, start += size) {
        const child = cursor.address();
        if (child === null) continue;
        if (row < this.#directRows) blocks.push({ start, size, address: child });
        else blocks.push(...this.#indirect(child, this.#rowsWithin(size), start));
      }
    }
    return blocks;
  }

  #rowsWithin(size: number): number {
    return Math.log2(size) - Math.log2(this.#firstBlock * this.#width) + 1;
  }
}
