import { zipSync } from 'fflate';
import { InputError } from '../../util/errors';
import type { NamedBytes } from '../../util/files';
import { unzip } from '../../util/zip';
import { PickleError, readPickle, type Pickle } from './pickle/read';
import {
  entriesOf,
  int,
  isGlobal,
  kindOf,
  toInt,
  toInts,
  type PickleCall,
  type PickleValue,
} from './pickle/value';
import { writePickle } from './pickle/write';
import type { StateDict } from './state-dict';
import { kindBytes, type StateTensor, type TensorKind } from './tensor';

/** torch's storage classes. */
const storageKinds: Readonly<Record<string, TensorKind>> = {
  DoubleStorage: 'F64',
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
  IntStorage: 'I32',
  ShortStorage: 'I16',
  CharStorage: 'I8',
  ByteStorage: 'U8',
  BoolStorage: 'BOOL',
};

const maxDepth = 3;

/**
 * Reads the state dict in a file of torch.save (torch 1.6 or newer): at the top or within a checkpoint. Only its
 * tensors are read; nothing is run. Everything around them is written back as it was.
 * @throws InputError
 */
export function readCheckpoint(file: NamedBytes): StateDict {
  const entries = new Map(unzip(file).map(({ name, bytes }) => [name, bytes]));
  const main = [...entries.keys()].find((name) => /^([^/]+\/)?data\.pkl$/.test(name));
  const pickled = main === undefined ? undefined : entries.get(main);
  if (main === undefined || !pickled) throw noStateDict(file.name);
  const folder = main.slice(0, -'data.pkl'.length);
  if (new TextDecoder().decode(entries.get(`${folder}byteorder`)) === 'big')
    throw wrong(file.name, 'its numbers are big-endian.');
  const pickle = safely(file.name, () => readPickle(pickled));
  const found = findTensors(pickle.value);
  if (!found) throw noStateDict(file.name);
  const storage = (key: string) => entries.get(`${folder}data/${key}`);
  const tensors = new Map(found.map(([name, call]) => [name, readTensor(call, name, storage, file.name)]));
  return {
    file: file.name,
    tensors,
    write: (changed) =>
      safely(file.name, () => {
        const written = new Changes(entries, folder, pickle);
        for (const [name, call] of found) {
          const [before, after] = [tensors.get(name), changed.get(name)];
          if (after && after !== before) written.replace(call, after);
        }
        return written.finish(main);
      }),
  };
}

/** The tensors of the first dict of tensors at the top or, in a checkpoint, below it. */
function findTensors(
  value: PickleValue,
  depth = 0,
  seen = new Set<PickleValue>(),
): [string, PickleCall][] | null {
  const entries = entriesOf(value);
  if (!entries || depth > maxDepth || seen.has(value)) return null;
  seen.add(value);
  const tensors = entries.flatMap(([name, item]): [string, PickleCall][] => {
    const call = tensorCall(item);
    return call && typeof name === 'string' ? [[name, call]] : [];
  });
  if (tensors.length > 0) return tensors;
  const usual = /state_dict|^model$|^net$|^params/;
  const rank = ([name]: [PickleValue, PickleValue]) => (typeof name === 'string' && usual.test(name) ? 0 : 1);
  for (const [, item] of entries.toSorted((a, b) => rank(a) - rank(b))) {
    const found = findTensors(item, depth + 1, seen);
    if (found) return found;
  }
  return null;
}

/** The call that makes a tensor, also within the one that makes a parameter of it. */
function tensorCall(value: PickleValue | undefined): PickleCall | undefined {
  const call = kindOf(value, 'call');
  if (isGlobal(call?.callee, 'torch._utils', '_rebuild_tensor_v2')) return call;
  const parameter = isGlobal(call?.callee, 'torch._utils', '_rebuild_parameter');
  return parameter ? tensorCall(kindOf(call?.args, 'tuple')?.items[0]) : undefined;
}

interface StorageRef {
  readonly kind: TensorKind;
  readonly key: string;
  readonly id: readonly PickleValue[];
}

function storageRef(value: PickleValue | undefined): StorageRef | null {
  const id = kindOf(kindOf(value, 'persistent')?.id, 'tuple')?.items ?? [];
  const className = kindOf(id[1], 'global')?.name ?? '';
  const kind = Object.hasOwn(storageKinds, className) ? storageKinds[className] : undefined;
  // ('storage', class, key, device, number of elements)
  return kind !== undefined && typeof id[2] === 'string' && id.length === 5 ? { kind, key: id[2], id } : null;
}

function readTensor(
  call: PickleCall,
  name: string,
  storage: (key: string) => Uint8Array | undefined,
  file: string,
): StateTensor {
  const [ref, offset, size, stride] = kindOf(call.args, 'tuple')?.items ?? [];
  const stored = storageRef(ref);
  const [start, shape, strides] = [toInt(offset), toInts(size), toInts(stride)];
  const bytes = stored && storage(stored.key);
  if (!bytes || start === undefined || !shape || strides?.length !== shape.length)
    throw wrong(file, `the tensor "${name.slice(0, 100)}" cannot be read.`);
  const elementBytes = kindBytes(stored.kind);
  const count = shape.reduce((product, length) => product * length, 1);
  const last = shape.reduce((sum, length, axis) => sum + (length - 1) * (strides[axis] ?? 0), start);
  const inside =
    [...shape, ...strides, start].every((n) => n >= 0) && (last + 1) * elementBytes <= bytes.length;
  if (count > 0 && !(inside && count * elementBytes <= maxTensor))
    throw wrong(file, `the tensor "${name.slice(0, 100)}" is larger than what is stored of it.`);
  return {
    kind: stored.kind,
    elementBytes,
    shape,
    bytes: gather(bytes, { start, shape, strides, elementBytes, count }),
  };
}

const maxTensor = 2 ** 31;

interface Layout {
  readonly start: number;
  readonly shape: readonly number[];
  readonly strides: readonly number[];
  readonly elementBytes: number;
  readonly count: number;
}

/** The elements of a strided view, row-major. */
function gather(storage: Uint8Array, { start, shape, strides, elementBytes, count }: Layout): Uint8Array {
  const compact = contiguous(shape);
  if (shape.every((size, axis) => size === 1 || strides[axis] === compact[axis]))
    return storage.subarray(start * elementBytes, (start + count) * elementBytes);
  const bytes = new Uint8Array(count * elementBytes);
  for (let i = 0; i < count; i++) {
    let from = start;
    for (const [axis, step] of compact.entries())
      from += (Math.floor(i / step) % (shape[axis] ?? 1)) * (strides[axis] ?? 0);
    bytes.set(storage.subarray(from * elementBytes, (from + 1) * elementBytes), i * elementBytes);
  }
  return bytes;
}

function contiguous(shape: readonly number[]): number[] {
  return shape.map((_, axis) =>
    shape.slice(axis + 1).reduce((product, size) => product * Math.max(1, size), 1),
  );
}

/** An archive in which tensors are replaced; each gets a storage of its own, and shared tensors the same one. */
class Changes {
  readonly #replaced = new Map<PickleValue, PickleValue>();
  readonly #storages = new Map<string, Uint8Array>();
  readonly #freed = new Set<string>();

  constructor(
    private readonly entries: ReadonlyMap<string, Uint8Array>,
    private readonly folder: string,
    private readonly pickle: Pickle,
  ) {}

  replace(call: PickleCall, { shape, bytes, elementBytes }: StateTensor): void {
    if (this.#replaced.has(call)) return;
    const [ref, , , , ...rest] = kindOf(call.args, 'tuple')?.items ?? [];
    const stored = storageRef(ref);
    if (!stored) return;
    const key = this.#freeKey();
    this.#freed.add(stored.key);
    this.#storages.set(key, bytes);
    const id = stored.id.with(2, key).with(4, int(bytes.length / elementBytes));
    const sizes = { kind: 'tuple', items: shape.map(int) } as const;
    const steps = { kind: 'tuple', items: contiguous(shape).map(int) } as const;
    const storage = { kind: 'persistent', id: { kind: 'tuple', items: id } } as const;
    const args = { kind: 'tuple', items: [storage, int(0), sizes, steps, ...rest] } as const;
    this.#replaced.set(call, { ...call, args });
  }

  finish(main: string): Uint8Array {
    const pickled = writePickle(this.pickle, this.#replaced);
    const used = storageKeys(readPickle(pickled).value);
    const written = new Map([...this.entries].filter(([name]) => !this.#isFree(name, used)));
    written.set(main, pickled);
    for (const [key, bytes] of this.#storages) written.set(`${this.folder}data/${key}`, bytes);
    return zipSync(Object.fromEntries(written), { level: 0, mtime: new Date(1980, 0, 1) });
  }

  /** Storages that only replaced tensors used. */
  #isFree(name: string, used: ReadonlySet<string>): boolean {
    const key = name.startsWith(`${this.folder}data/`) ? name.slice(this.folder.length + 5) : null;
    return key !== null && this.#freed.has(key) && !used.has(key);
  }

  #freeKey(): string {
    let key = this.entries.size + this.#storages.size;
    while (this.entries.has(`${this.folder}data/${key}`) || this.#storages.has(String(key))) key++;
    return String(key);
  }
}

/** Keys of all storages that a value refers to. */
function storageKeys(root: PickleValue): ReadonlySet<string> {
  const keys = new Set<string>();
  const seen = new Set<PickleValue>();
  const waiting: PickleValue[] = [root];
  for (let value = waiting.pop(); value !== undefined; value = waiting.pop()) {
    if (typeof value !== 'object' || value === null || seen.has(value)) continue;
    seen.add(value);
    const ref = storageRef(value);
    if (ref) keys.add(ref.key);
    for (const part of partsOf(value)) waiting.push(part);
  }
  return keys;
}

function partsOf(value: Exclude<PickleValue, null | boolean | string>): readonly PickleValue[] {
  switch (value.kind) {
    case 'tuple':
    case 'list':
    case 'set':
      return value.items;
    case 'dict':
      return value.entries.flat();
    case 'call':
      return [value.callee, value.args, ...value.entries.flat(), ...value.items, value.state ?? null];
    default:
      return [];
  }
}

function safely<T>(file: string, action: () => T): T {
  try {
    return action();
  } catch (error) {
    if (error instanceof PickleError) throw wrong(file, `its data.pkl is damaged: ${error.message}.`);
    throw error;
  }
}

function wrong(file: string, problem: string): InputError {
  return new InputError({
    file,
    problem,
    advice: 'Save it again with torch.save(model.state_dict(), file).',
  });
}

function noStateDict(file: string): InputError {
  return wrong(
    file,
    'it holds no state dict; whole modules are never opened, because that would run their code.',
  );
}
