/** How the numbers or texts of a value are stored. */
export interface H5Type {
  /** `text` is of variable length; `bytes` is anything that is carried along as it is. */
  readonly kind: 'float' | 'integer' | 'fixed-text' | 'text' | 'bytes';
  /** Bytes of one element in memory; for `text` of one character or item. */
  readonly size: number;
  readonly littleEndian: boolean;
  readonly signed: boolean;
  /** The datatype message as it is in the file. */
  readonly message: Uint8Array;
}

/** Numbers or texts of a shape. */
export interface H5Value {
  readonly type: H5Type;
  /** [] is a single one, null is none at all. */
  readonly shape: readonly number[] | null;
  /** All elements row-major; for `text` the bytes of each element. */
  readonly data: Uint8Array | readonly Uint8Array[];
}

export type H5Attributes = ReadonlyMap<string, H5Value>;

export interface H5Dataset {
  readonly kind: 'dataset';
  readonly attributes: H5Attributes;
  readonly value: H5Value;
}

export interface H5Group {
  readonly kind: 'group';
  readonly attributes: H5Attributes;
  readonly children: ReadonlyMap<string, H5Node>;
}

export type H5Node = H5Group | H5Dataset;

/** The node at a path of names, or undefined. */
export function nodeAt(root: H5Node, path: readonly string[]): H5Node | undefined {
  return path.reduce<H5Node | undefined>(
    (node, name) => (node?.kind === 'group' ? node.children.get(name) : undefined),
    root,
  );
}

/** Every dataset with the names that lead to it. */
export function datasets(
  node: H5Node,
  path: readonly string[] = [],
): { path: string[]; dataset: H5Dataset }[] {
  if (node.kind === 'dataset') return [{ path: [...path], dataset: node }];
  return [...node.children].flatMap(([name, child]) => datasets(child, [...path, name]));
}

/** The texts of a value, or null when it holds something else. */
export function texts({ type, data }: H5Value): string[] | null {
  const decoder = new TextDecoder();
  if (!(data instanceof Uint8Array)) return data.map((bytes) => decoder.decode(bytes));
  if (type.kind !== 'fixed-text' || type.size === 0) return null;
  return Array.from({ length: data.length / type.size }, (_, i) =>
    decoder.decode(data.subarray(i * type.size, (i + 1) * type.size)).replace(/\0+$/, ''),
  );
}

/** The same kind of text holding other words, which may be of another length. */
export function withText(value: H5Value, text: string): H5Value {
  const bytes = new TextEncoder().encode(text);
  const { type } = value;
  if (type.kind === 'text') return { ...value, data: [bytes] };
  const message = type.message.slice();
  new DataView(message.buffer).setUint32(4, bytes.length, true);
  return { ...value, type: { ...type, size: bytes.length, message }, data: bytes };
}
