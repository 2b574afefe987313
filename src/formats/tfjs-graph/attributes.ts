import type { Dim } from '../../graph/graph';
import { isObject, type JsonObject } from '../tfjs/json';
import { DataType } from '../constants/element-types';

/** By name and by number in TensorFlow's types.proto; whole numbers of all widths are int32 in tfjs. */
const types: ReadonlyMap<unknown, number> = new Map<unknown, number>([
  ...both('DT_FLOAT', 1, DataType.FLOAT),
  ...both('DT_DOUBLE', 2, DataType.DOUBLE),
  ...both('DT_INT32', 3, DataType.INT32),
  ...both('DT_UINT8', 4, DataType.UINT8),
  ...both('DT_INT64', 9, DataType.INT32),
  ...both('DT_BOOL', 10, DataType.BOOL),
  ...both('DT_HALF', 19, DataType.FLOAT16),
]);

function both(name: string, number: number, type: number): [unknown, number][] {
  return [
    [name, type],
    [number, type],
  ];
}

/** An element type that is none of those above (text, resources, complex numbers). */
const OTHER_TYPE = 0;

/** Reads the attributes of a node of TensorFlow's GraphDef as JSON; one of another kind is reported by `fail`. */
export class Attributes {
  readonly #raw: JsonObject;
  readonly #fail: (problem: string) => never;

  constructor(raw: JsonObject, fail: (problem: string) => never) {
    this.#raw = raw;
    this.#fail = fail;
  }

  int(name: string, otherwise: number): number {
    const value = this.#field(name, 'i');
    return value === undefined ? otherwise : this.#integer(name, value);
  }

  ints(name: string): number[] | undefined {
    const list = this.#list(name, 'i');
    return list?.map((value) => this.#integer(name, value));
  }

  float(name: string, otherwise: number): number {
    const value = this.#field(name, 'f') ?? otherwise;
    return typeof value === 'number' && Number.isFinite(value) ? value : this.#wrong(name, 'a number');
  }

  bool(name: string): boolean {
    const value = this.#field(name, 'b') ?? false;
    return typeof value === 'boolean' ? value : this.#wrong(name, 'true or false');
  }

  string(name: string, otherwise: string): string {
    const value = this.#field(name, 's');
    return value === undefined ? otherwise : this.#text(name, value);
  }

  strings(name: string): string[] {
    return (this.#list(name, 's') ?? []).map((value) => this.#text(name, value));
  }

  /** As the numbers of ONNX, or OTHER_TYPE. */
  type(name: string): number {
    return types.get(this.#field(name, 'type')) ?? OTHER_TYPE;
  }

  /** `null` for sizes left open; `null` altogether when not even the rank is known. */
  shape(name: string): Dim[] | null {
    return parseShape(this.#field(name, 'shape'));
  }

  #field(name: string, kind: string): unknown {
    const attribute = Object.hasOwn(this.#raw, name) ? this.#raw[name] : undefined;
    if (attribute === undefined) return undefined;
    return isObject(attribute) ? (attribute[kind] ?? undefined) : this.#wrong(name, 'an attribute');
  }

  #list(name: string, kind: string): readonly unknown[] | undefined {
    const list = this.#field(name, 'list');
    if (list === undefined) return undefined;
    const values: unknown = isObject(list) ? (list[kind] ?? []) : null;
    return Array.isArray(values) ? (values as unknown[]) : this.#wrong(name, 'a list');
  }

  #integer(name: string, value: unknown): number {
    const number = typeof value === 'string' && value !== '' ? Number(value) : value;
    return typeof number === 'number' && Number.isInteger(number)
      ? number
      : this.#wrong(name, 'a whole number');
  }

  /** Bytes as base64, or as a list of numbers. */
  #text(name: string, value: unknown): string {
    if (Array.isArray(value)) return String.fromCharCode(...value.map(Number));
    if (typeof value !== 'string') return this.#wrong(name, 'text');
    try {
      return atob(value);
    } catch {
      return this.#wrong(name, 'base64');
    }
  }

  #wrong(name: string, wanted: string): never {
    return this.#fail(`attribute "${name}" is not ${wanted}.`);
  }
}

/** `{dim: [{size: "-1"}, …]}`; see `Attributes.shape`. */
export function parseShape(shape: unknown): Dim[] | null {
  if (!isObject(shape) || shape['unknownRank'] === true) return null;
  const dims: unknown = shape['dim'] ?? [];
  if (!Array.isArray(dims)) return null;
  return dims.map((dim: unknown) => {
    const size = isObject(dim) ? Number(dim['size'] ?? 0) : NaN;
    return Number.isInteger(size) && size >= 0 ? size : null;
  });
}
