import { entriesOf, kindOf, type PickleCall, type PickleValue } from './value';

/** What is wrong with a pickle. */
export class PickleError extends Error {
  override readonly name = 'PickleError';
}

const mark = Symbol('mark');
type StackItem = PickleValue | typeof mark;

export interface Pickle {
  readonly protocol: number;
  readonly value: PickleValue;
}

/**
 * Reads a pickle of protocol 2 to 5 to data; no code in it is run, and none could be.
 * https://docs.python.org/3/library/pickletools.html
 *
 * @throws PickleError
 */
export function readPickle(bytes: Uint8Array): Pickle {
  return new Unpickler(bytes).read();
}

class Unpickler {
  readonly #view: DataView;
  readonly #stack: StackItem[] = [];
  readonly #memo = new Map<number, PickleValue>();
  #at = 0;
  #protocol = 2;

  constructor(private readonly bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  }

  read(): Pickle {
    for (;;) {
      const opcode = this.#uint(1);
      if (opcode === 0x2e) return { protocol: this.#protocol, value: this.#pop() };
      this.#step(opcode);
    }
  }

  #step(opcode: number): void {
    const simple = this.#literal(opcode);
    if (simple !== undefined) this.#stack.push(simple);
    else if (!this.#frame(opcode) && !this.#collect(opcode) && !this.#object(opcode))
      throw new PickleError(`it has the unknown instruction ${opcode} at byte ${this.#at - 1}`);
  }

  /** Numbers, texts and empty collections. */
  #literal(opcode: number): PickleValue | undefined {
    switch (String.fromCharCode(opcode)) {
      case 'N':
        return null;
      case '\x88':
        return true;
      case '\x89':
        return false;
      case 'K':
        return { kind: 'int', value: BigInt(this.#uint(1)) };
      case 'M':
        return { kind: 'int', value: BigInt(this.#uint(2)) };
      case 'J':
        return { kind: 'int', value: BigInt(this.#uint(4) | 0) };
      case '\x8a':
        return { kind: 'int', value: signed(this.#bytes(this.#uint(1))) };
      case 'G':
        return { kind: 'float', value: this.#view.getFloat64(this.#advance(8)) };
      case 'X':
        return this.#text(4);
      case '\x8c':
        return this.#text(1);
      case '\x8d':
        return this.#text(8);
      case 'U':
        return this.#text(1);
      case 'T':
        return this.#text(4);
      case 'C':
        return { kind: 'bytes', bytes: this.#bytes(this.#uint(1)) };
      case 'B':
        return { kind: 'bytes', bytes: this.#bytes(this.#uint(4)) };
      case '\x8e':
        return { kind: 'bytes', bytes: this.#bytes(this.#uint(8)) };
      case ')':
        return { kind: 'tuple', items: [] };
      case ']':
        return { kind: 'list', items: [] };
      case '}':
        return { kind: 'dict', entries: [] };
      case '\x8f':
        return { kind: 'set', items: [] };
      case 'c':
        return { kind: 'global', module: this.#line(), name: this.#line() };
      default:
        return undefined;
    }
  }

  /** Protocol, frames, marks and the memo. */
  #frame(opcode: number): boolean {
    switch (String.fromCharCode(opcode)) {
      case '\x80':
        this.#protocol = this.#uint(1);
        break;
      case '\x95':
        this.#advance(8);
        break;
      case '(':
        this.#stack.push(mark);
        break;
      case '0':
        this.#stack.pop();
        break;
      case '1':
        this.#toMark();
        break;
      case 'q':
        this.#memo.set(this.#uint(1), this.#top());
        break;
      case 'r':
        this.#memo.set(this.#uint(4), this.#top());
        break;
      case '\x94':
        this.#memo.set(this.#memo.size, this.#top());
        break;
      case 'h':
        this.#stack.push(this.#remembered(this.#uint(1)));
        break;
      case 'j':
        this.#stack.push(this.#remembered(this.#uint(4)));
        break;
      default:
        return false;
    }
    return true;
  }

  /** Tuples, and what is put into collections. */
  #collect(opcode: number): boolean {
    switch (String.fromCharCode(opcode)) {
      case 't':
        this.#stack.push({ kind: 'tuple', items: this.#toMark() });
        break;
      case '\x85':
      case '\x86':
      case '\x87': {
        const items = Array.from({ length: opcode - 0x84 }, () => this.#pop()).reverse();
        this.#stack.push({ kind: 'tuple', items });
        break;
      }
      case 'a':
        this.#append([this.#pop()]);
        break;
      case 'e':
      case '\x90':
        this.#append(this.#toMark());
        break;
      case 's': {
        const value = this.#pop();
        this.#setItems([this.#pop(), value]);
        break;
      }
      case 'u':
        this.#setItems(this.#toMark());
        break;
      default:
        return false;
    }
    return true;
  }

  /** Names, calls and references to what is kept elsewhere. */
  #object(opcode: number): boolean {
    switch (String.fromCharCode(opcode)) {
      case '\x93': {
        const [name, module] = [this.#pop(), this.#pop()];
        if (typeof name !== 'string' || typeof module !== 'string')
          throw new PickleError('a name is not a text');
        this.#stack.push({ kind: 'global', module, name });
        break;
      }
      case 'R':
      case '\x81': {
        const args = this.#pop();
        const [callee, isNew] = [this.#pop(), opcode === 0x81];
        this.#stack.push({ kind: 'call', callee, args, isNew, entries: [], items: [], state: undefined });
        break;
      }
      case 'b': {
        const state = this.#pop();
        this.#call().state = state;
        break;
      }
      case 'Q':
        this.#stack.push({ kind: 'persistent', id: this.#pop() });
        break;
      default:
        return false;
    }
    return true;
  }

  #append(added: readonly PickleValue[]): void {
    const top = this.#top();
    const { items } = kindOf(top, 'list') ?? kindOf(top, 'set') ?? this.#call();
    for (const item of added) items.push(item);
  }

  #setItems(flat: readonly PickleValue[]): void {
    const entries = entriesOf(this.#top()) ?? this.#call().entries;
    for (let i = 0; i + 1 < flat.length; i += 2) entries.push([flat[i] ?? null, flat[i + 1] ?? null]);
  }

  #call(): PickleCall {
    const call = kindOf(this.#top(), 'call');
    if (call) return call;
    throw new PickleError('something is put into what cannot hold it');
  }

  #top(): PickleValue {
    const top = this.#stack.at(-1);
    if (top === undefined || top === mark) throw new PickleError('a value is missing');
    return top;
  }

  #pop(): PickleValue {
    const top = this.#top();
    this.#stack.pop();
    return top;
  }

  #toMark(): PickleValue[] {
    const at = this.#stack.lastIndexOf(mark);
    if (at < 0) throw new PickleError('the start of a collection is missing');
    return this.#stack.splice(at).slice(1) as PickleValue[]; // above the last mark there is none
  }

  #remembered(index: number): PickleValue {
    const value = this.#memo.get(index);
    if (value === undefined) throw new PickleError(`there is no value ${index} to refer to`);
    return value;
  }

  #text(lengthBytes: number): string {
    return new TextDecoder().decode(this.#bytes(this.#uint(lengthBytes)));
  }

  #line(): string {
    const end = this.bytes.indexOf(0x0a, this.#at);
    if (end < 0) throw new PickleError('it ends within a name');
    const text = new TextDecoder().decode(this.bytes.subarray(this.#at, end));
    this.#at = end + 1;
    return text;
  }

  #uint(length: number): number {
    return this.#bytes(length).reduceRight((sum, byte) => sum * 256 + byte, 0);
  }

  #bytes(length: number): Uint8Array {
    const start = this.#advance(length);
    return this.bytes.subarray(start, start + length);
  }

  #advance(length: number): number {
    const start = this.#at;
    if (start + length > this.bytes.length) throw new PickleError('it ends too early');
    this.#at = start + length;
    return start;
  }
}

/** Two's complement, little endian. */
function signed(bytes: Uint8Array): bigint {
  const value = bytes.reduceRight((sum, byte) => sum * 256n + BigInt(byte), 0n);
  return BigInt.asIntN(Math.max(8, bytes.length * 8), value);
}
