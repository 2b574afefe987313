import { InputError } from '../../util/errors';

/** Address of what is not there. */
const nowhere = 2 ** 64;

/** Bytes that everything in one file may take unpacked. */
const unpackedLimit = 2 ** 30;

/** A file's bytes, read with checks: every address lies within it, and every block is walked once. */
export class Source {
  readonly #view: DataView;
  readonly #walked = new Set<number>();
  #unpacked = 0;

  constructor(
    readonly bytes: Uint8Array,
    readonly file: string,
  ) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  at(offset: number, length = this.bytes.length - offset): Cursor {
    return new Cursor(this, this.#view, offset, offset + length);
  }

  /** A block that starts with four letters and that nothing else may lead to. */
  block(address: number, signature: string): Cursor {
    this.walk(address);
    const cursor = this.at(address);
    if (cursor.text(4) !== signature) throw this.damaged(address, `${signature} is expected`);
    return cursor;
  }

  /** Marks a block as read. Blocks that lead to each other in a circle would be read for ever. */
  walk(address: number): void {
    if (this.#walked.has(address)) throw this.damaged(address, 'two places lead to it');
    this.#walked.add(address);
  }

  /** Room for so many bytes of content. */
  reserve(length: number): void {
    this.#unpacked += length;
    if (Number.isFinite(length) && this.#unpacked <= unpackedLimit) return;
    throw this.unreadable(`it holds more than ${unpackedLimit / 2 ** 20} MiB.`);
  }

  damaged(address: number, problem: string): InputError {
    return new InputError({
      file: this.file,
      place: `byte ${address}`,
      problem: `the HDF5 file is damaged or cut short (${problem}).`,
      advice: 'Save or download it again.',
    });
  }

  unreadable(problem: string): InputError {
    return new InputError({
      file: this.file,
      problem,
      advice: 'Save the model again with model.save.',
    });
  }
}

/** Reads on from a place in the file; little endian. */
export class Cursor {
  constructor(
    readonly source: Source,
    private readonly view: DataView,
    public offset: number,
    readonly end: number,
  ) {
    const length = view.byteLength;
    if (!(offset >= 0 && offset <= end && end <= length))
      throw source.damaged(offset, 'it points outside the file');
  }

  get left(): number {
    return this.end - this.offset;
  }

  uint8(): number {
    return this.view.getUint8(this.#advance(1));
  }

  uint16(): number {
    return this.view.getUint16(this.#advance(2), true);
  }

  uint32(): number {
    return this.view.getUint32(this.#advance(4), true);
  }

  /** An address or a length of eight bytes. Beyond 2^53 it is not exact, and beyond any file. */
  uint64(): number {
    return Number(this.view.getBigUint64(this.#advance(8), true));
  }

  /** A whole number of `length` bytes. */
  uint(length: number): number {
    return this.bytes(length).reduceRight((sum, byte) => sum * 256 + byte, 0);
  }

  /** Like uint64; null where there is nothing. */
  address(): number | null {
    const address = this.uint64();
    return address === nowhere ? null : address;
  }

  bytes(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.source.bytes.subarray(start, start + length);
  }

  text(length: number): string {
    return new TextDecoder().decode(this.bytes(length));
  }

  skip(length: number): this {
    this.#advance(length);
    return this;
  }

  /** The next `length` bytes as a place of their own. */
  part(length: number): Cursor {
    const start = this.#advance(length);
    return new Cursor(this.source, this.view, start, start + length);
  }

  #advance(length: number): number {
    const start = this.offset;
    if (!(length >= 0 && length <= this.left)) throw this.source.damaged(start, 'it ends too early');
    this.offset = start + length;
    return start;
  }
}
