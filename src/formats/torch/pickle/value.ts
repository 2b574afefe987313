/**
 * What a pickle describes, as data. Calls are kept as calls: nothing in a pickle is ever run. Lists, dicts and calls
 * may be shared; they are the same object wherever they appear.
 */
export type PickleValue =
  | null
  | boolean
  | string
  | { readonly kind: 'int'; readonly value: bigint }
  | { readonly kind: 'float'; readonly value: number }
  | { readonly kind: 'bytes'; readonly bytes: Uint8Array }
  | PickleTuple
  | { readonly kind: 'list'; readonly items: PickleValue[] }
  | { readonly kind: 'set'; readonly items: PickleValue[] }
  | PickleDict
  | PickleGlobal
  | PickleCall
  | { readonly kind: 'persistent'; readonly id: PickleValue };

export interface PickleTuple {
  readonly kind: 'tuple';
  readonly items: readonly PickleValue[];
}

export interface PickleDict {
  readonly kind: 'dict';
  readonly entries: [key: PickleValue, value: PickleValue][];
}

/** A name of Python's, e.g. `torch._utils` `_rebuild_tensor_v2`. */
export interface PickleGlobal {
  readonly kind: 'global';
  readonly module: string;
  readonly name: string;
}

/** `callee(*args)`, or `callee.__new__(callee, *args)`, and what is then put into it. */
export interface PickleCall {
  readonly kind: 'call';
  readonly callee: PickleValue;
  readonly args: PickleValue;
  readonly isNew: boolean;
  readonly entries: [key: PickleValue, value: PickleValue][];
  readonly items: PickleValue[];
  state: PickleValue | undefined;
}

export function isGlobal(value: PickleValue | undefined, module: string, name: string): boolean {
  const found = kindOf(value, 'global');
  return found?.module === module && found.name === name;
}

type Kinded = Exclude<PickleValue, null | boolean | string>;

/** The value when it is of a kind. */
export function kindOf<K extends Kinded['kind']>(
  value: PickleValue | undefined,
  kind: K,
): Extract<Kinded, { kind: K }> | undefined {
  return typeof value === 'object' && value?.kind === kind
    ? (value as Extract<Kinded, { kind: K }>) // its kind says so
    : undefined;
}

/** The entries of a dict or an OrderedDict. */
export function entriesOf(value: PickleValue): PickleDict['entries'] | undefined {
  const dict = kindOf(value, 'dict');
  if (dict) return dict.entries;
  const call = kindOf(value, 'call');
  return call && isGlobal(call.callee, 'collections', 'OrderedDict') ? call.entries : undefined;
}

export function int(value: number): PickleValue {
  return { kind: 'int', value: BigInt(value) };
}

/** A number that is whole and not beyond all bounds, or undefined. */
export function toInt(value: PickleValue | undefined): number | undefined {
  const found = kindOf(value, 'int');
  const number = Number(found?.value ?? NaN);
  return Number.isSafeInteger(number) ? number : undefined;
}

export function toInts(value: PickleValue | undefined): number[] | undefined {
  const ints = kindOf(value, 'tuple')?.items.map(toInt);
  return ints?.every((one) => one !== undefined) ? ints : undefined;
}
