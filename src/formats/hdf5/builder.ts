/** Little-endian fields one after the other. */
export class Fields {
  readonly #parts: Uint8Array[] = [];
  length = 0;

  bytes(part: Uint8Array): this {
    this.#parts.push(part);
    this.length += part.length;
    return this;
  }

  text(text: string): this {
    return this.bytes(new TextEncoder().encode(text));
  }

  uint16(value: number): this {
    return this.bytes(Uint8Array.of(value & 0xff, value >> 8));
  }

  uint32(value: number): this {
    return this.bytes(new Uint8Array(Uint32Array.of(value).buffer));
  }

  uint64(value: number | bigint): this {
    return this.bytes(new Uint8Array(BigUint64Array.of(BigInt(value)).buffer));
  }

  zeros(count: number): this {
    return this.bytes(new Uint8Array(count));
  }

  align(size: number): this {
    return this.zeros((size - (this.length % size)) % size);
  }

  take(): Uint8Array {
    const bytes = new Uint8Array(this.length);
    let offset = 0;
    for (const part of this.#parts) {
      bytes.set(part, offset);
      offset += part.length;
    }
    return bytes;
  }
}

/** A file under construction: blocks are placed one after the other, each at a multiple of 8. */
export class Builder {
  readonly #blocks: { readonly address: number; readonly bytes: Uint8Array }[] = [];
  #end: number;

  constructor(headBytes: number) {
    this.#end = headBytes;
  }

  /** Where the next block comes to lie. */
  get end(): number {
    return this.#end;
  }

  place(bytes: Uint8Array): number {
    const address = this.#end;
    this.#blocks.push({ address, bytes });
    this.#end += Math.ceil(bytes.length / 8) * 8;
    return address;
  }

  finish(head: Fields): Uint8Array {
    const file = new Uint8Array(this.#end);
    file.set(head.take());
    for (const { address, bytes } of this.#blocks) file.set(bytes, address);
    return file;
  }
}
