import { PickleError, type Pickle } from './read';
import type { PickleCall, PickleValue } from './value';

const maxDepth = 500;

/**
 * Writes a pickle of the protocol it was read from. Shared values stay shared.
 * @param replace values to write in the place of others
 * @throws PickleError for values within themselves
 */
export function writePickle(
  { protocol, value }: Pickle,
  replace: ReadonlyMap<PickleValue, PickleValue> = new Map(),
): Uint8Array {
  const pickler = new Pickler(replace);
  pickler.write(value, 0);
  return pickler.finish(Math.max(2, protocol));
}

class Pickler {
  readonly #parts: Uint8Array[] = [];
  readonly #memo = new Map<PickleValue, number>();

  constructor(private readonly replace: ReadonlyMap<PickleValue, PickleValue>) {}

  finish(protocol: number): Uint8Array {
    const parts = [Uint8Array.of(0x80, protocol), ...this.#parts, opcode('.')];
    const bytes = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
    let offset = 0;
    for (const part of parts) {
      bytes.set(part, offset);
      offset += part.length;
    }
    return bytes;
  }

  write(original: PickleValue, depth: number): void {
    if (depth > maxDepth) throw new PickleError('its values lie too deep within each other');
    const value = this.replace.get(original) ?? original;
    const known = this.#memo.get(value);
    if (known !== undefined) this.#put(opcode('j'), uint32(known));
    else if (value === null) this.#put(opcode('N'));
    else if (typeof value === 'boolean') this.#put(Uint8Array.of(value ? 0x88 : 0x89));
    else if (typeof value === 'string') this.#text(value);
    else this.#compound(value, depth + 1);
  }

  #compound(value: Exclude<PickleValue, null | boolean | string>, depth: number): void {
    switch (value.kind) {
      case 'int':
        return this.#int(value.value);
      case 'float':
        return this.#put(opcode('G'), float64(value.value));
      case 'bytes':
        return this.#put(opcode('B'), uint32(value.bytes.length), value.bytes);
      case 'tuple':
        this.#all(value.items, depth);
        this.#put(opcode('t'));
        return this.#remember(value);
      case 'list':
        this.#put(opcode(']'));
        this.#remember(value);
        return this.#fill(value.items, 'e', depth);
      case 'set':
        this.#put(Uint8Array.of(0x8f));
        this.#remember(value);
        return this.#fill(value.items, '\x90', depth);
      case 'dict':
        this.#put(opcode('}'));
        this.#remember(value);
        return this.#fill(value.entries.flat(), 'u', depth);
      case 'global':
        this.#put(opcode('c'), utf8(`${value.module}\n${value.name}\n`));
        return this.#remember(value);
      case 'call':
        return this.#call(value, depth);
      case 'persistent':
        this.write(value.id, depth);
        return this.#put(opcode('Q'));
    }
  }

  #call(call: PickleCall, depth: number): void {
    this.write(call.callee, depth);
    this.write(call.args, depth);
    this.#put(call.isNew ? Uint8Array.of(0x81) : opcode('R'));
    this.#remember(call);
    this.#fill(call.entries.flat(), 'u', depth);
    this.#fill(call.items, 'e', depth);
    if (call.state === undefined) return;
    this.write(call.state, depth);
    this.#put(opcode('b'));
  }

  #fill(items: readonly PickleValue[], end: string, depth: number): void {
    if (items.length === 0) return;
    this.#all(items, depth);
    this.#put(opcode(end));
  }

  #all(items: readonly PickleValue[], depth: number): void {
    this.#put(opcode('('));
    for (const item of items) this.write(item, depth);
  }

  #remember(value: PickleValue): void {
    this.#put(opcode('r'), uint32(this.#memo.size));
    this.#memo.set(value, this.#memo.size);
  }

  #int(value: bigint): void {
    if (BigInt.asIntN(32, value) === value) return this.#put(opcode('J'), uint32(Number(value)));
    const length = Math.ceil((value.toString(2).length + 1) / 8);
    const bytes = Uint8Array.from({ length }, (_, i) => Number((value >> BigInt(8 * i)) & 0xffn));
    this.#put(Uint8Array.of(0x8a, length), bytes);
  }

  #text(text: string): void {
    const bytes = utf8(text);
    this.#put(opcode('X'), uint32(bytes.length), bytes);
  }

  #put(...parts: readonly Uint8Array[]): void {
    for (const part of parts) this.#parts.push(part);
  }
}

function opcode(letter: string): Uint8Array {
  return Uint8Array.of(letter.charCodeAt(0));
}

function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

function uint32(value: number): Uint8Array {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, value >>> 0, true);
  return bytes;
}

function float64(value: number): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setFloat64(0, value);
  return bytes;
}
