import type { H5Attributes, H5Dataset, H5Group, H5Node, H5Value } from './tree';
import { elementsOf, storedBytes } from './values';
import { MessageType } from './object-header';
import { Builder, Fields } from './builder';

const superblockBytes = 96;
const nowhere = 0xffff_ffff_ffff_ffffn;
/** Entries of a symbol node: twice the rank that the superblock gives. */
const leafRank = 4;
const defaultTreeRank = 16;

/**
 * Writes a tree in the oldest version of the format, which every HDF5 library reads, the data in one piece each.
 * The same tree gives the same bytes.
 */
export function writeHdf5(root: H5Group): Uint8Array {
  const builder = new Builder(superblockBytes);
  const treeRank = Math.max(defaultTreeRank, Math.ceil(largestGroup(root) / (2 * leafRank) / 2));
  const address = new Writer(builder, treeRank, placeTexts(builder, root)).node(root);
  return builder.finish(superblock(address, builder.end, treeRank));
}

function superblock(root: number, end: number, treeRank: number): Fields {
  return new Fields()
    .bytes(Uint8Array.of(0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a))
    .bytes(Uint8Array.of(0, 0, 0, 0, 0, 8, 8, 0))
    .uint16(leafRank)
    .uint16(treeRank)
    .uint32(0)
    .uint64(0)
    .uint64(nowhere)
    .uint64(end)
    .uint64(nowhere)
    .uint64(0)
    .uint64(root)
    .zeros(24);
}

function largestGroup(node: H5Node): number {
  if (node.kind === 'dataset') return 0;
  return Math.max(node.children.size, ...[...node.children.values()].map(largestGroup));
}

interface NewMessage {
  readonly type: number;
  readonly body: Fields;
}

interface TextRef {
  readonly collection: number;
  readonly index: number;
}

/** Puts all texts of variable length into collections, for their elements to point to. */
function placeTexts(builder: Builder, root: H5Node): ReadonlyMap<Uint8Array, TextRef> {
  const all = [...new Set(textsIn(root))];
  const refs = new Map<Uint8Array, TextRef>();
  for (let start = 0; start < all.length; start += mostInCollection) {
    const part = all.slice(start, start + mostInCollection);
    const collection = builder.place(collectionOf(part));
    part.forEach((bytes, i) => refs.set(bytes, { collection, index: i + 1 }));
  }
  return refs;
}

function textsIn(node: H5Node): Uint8Array[] {
  const values = [...node.attributes.values(), ...(node.kind === 'dataset' ? [node.value] : [])];
  const own = values.flatMap(({ data }) => (data instanceof Uint8Array ? [] : data));
  const children = node.kind === 'group' ? [...node.children.values()] : [];
  return [...own, ...children.flatMap(textsIn)];
}

/** What is left of the smallest collection there may be is one free object. */
function collectionOf(objects: readonly Uint8Array[]): Uint8Array {
  const heap = new Fields();
  objects.forEach((bytes, i) => {
    heap
      .uint16(i + 1)
      .uint16(1)
      .uint32(0)
      .uint64(bytes.length)
      .bytes(bytes)
      .align(8);
  });
  const free = Math.max(16, smallestCollection - 16 - heap.length);
  const size = 16 + heap.length + free;
  heap
    .uint16(0)
    .uint16(0)
    .uint32(0)
    .uint64(free)
    .zeros(free - 16);
  return new Fields()
    .text('GCOL')
    .bytes(Uint8Array.of(1, 0, 0, 0))
    .uint64(size)
    .bytes(heap.take())
    .take();
}

class Writer {
  constructor(
    private readonly builder: Builder,
    private readonly treeRank: number,
    private readonly texts: ReadonlyMap<Uint8Array, TextRef>,
  ) {}

  /** @returns the address of the node's header */
  node(node: H5Node): number {
    const messages = node.kind === 'group' ? this.#group(node) : this.#dataset(node);
    return this.#header([...messages, ...this.#attributes(node.attributes)]);
  }

  #header(messages: readonly NewMessage[]): number {
    const body = new Fields();
    for (const { type, body: message } of messages) {
      message.align(8);
      if (message.length > largestMessage)
        throw new Error('An HDF5 attribute may not take more than 64 KiB.');
      body.uint16(type).uint16(message.length).uint32(0).bytes(message.take());
    }
    const header = new Fields().uint16(1).uint16(messages.length).uint32(1).uint32(body.length).uint32(0);
    return this.builder.place(header.bytes(body.take()).take());
  }

  #group({ children }: H5Group): NewMessage[] {
    const entries = [...children]
      .map(([name, child]) => ({ name: new TextEncoder().encode(name), child }))
      .sort((a, b) => compareBytes(a.name, b.name));
    const names = new Fields().zeros(8);
    const placed = entries.map(({ name, child }) => {
      const offset = names.length;
      names.bytes(name).zeros(1).align(8);
      return { offset, header: this.node(child) };
    });
    const heap = this.#localHeap(names);
    const tree = this.#tree(placed);
    return [{ type: MessageType.symbolTable, body: new Fields().uint64(tree).uint64(heap) }];
  }

  #localHeap(names: Fields): number {
    const noFreeBlock = 1;
    const size = names.length;
    const data = this.builder.place(names.take());
    return this.builder.place(
      new Fields().text('HEAP').uint32(0).uint64(size).uint64(noFreeBlock).uint64(data).take(),
    );
  }

  /** A tree of one node whose keys are the last names of its symbol nodes. */
  #tree(entries: readonly { readonly offset: number; readonly header: number }[]): number {
    const perNode = 2 * leafRank;
    const count = Math.ceil(entries.length / perNode);
    const tree = new Fields().text('TREE').bytes(Uint8Array.of(0, 0)).uint16(count).uint64(nowhere);
    tree.uint64(nowhere).uint64(0);
    for (let i = 0; i < count; i++) {
      const part = entries.slice(i * perNode, (i + 1) * perNode);
      const node = new Fields().text('SNOD').bytes(Uint8Array.of(1, 0)).uint16(part.length);
      part.forEach(({ offset, header }) => node.uint64(offset).uint64(header).zeros(24));
      node.zeros((perNode - part.length) * 40);
      tree.uint64(this.builder.place(node.take())).uint64(part.at(-1)?.offset ?? 0);
    }
    // Readers take in the node at its full size.
    return this.builder.place(tree.zeros(24 + 8 + this.treeRank * 2 * 16 - tree.length).take());
  }

  #dataset({ value }: H5Dataset): NewMessage[] {
    const data = this.#elements(value);
    const address = data.length > 0 ? this.builder.place(data) : nowhere;
    return [
      { type: MessageType.dataspace, body: space(value.shape) },
      { type: MessageType.datatype, body: new Fields().bytes(value.type.message) },
      // Room is made when written, and what is not written is not filled.
      { type: fillValue, body: new Fields().bytes(Uint8Array.of(2, 2, 2, 0)) },
      {
        type: MessageType.layout,
        body: new Fields().bytes(Uint8Array.of(3, 1)).uint64(address).uint64(data.length),
      },
    ];
  }

  #attributes(attributes: H5Attributes): NewMessage[] {
    return [...attributes].map(([name, value]) => {
      const nameBytes = new TextEncoder().encode(`${name}\0`);
      const shape = space(value.shape);
      const body = new Fields()
        .bytes(Uint8Array.of(3, 0))
        .uint16(nameBytes.length)
        .uint16(value.type.message.length)
        .uint16(shape.length)
        .bytes(Uint8Array.of(utf8))
        .bytes(nameBytes)
        .bytes(value.type.message)
        .bytes(shape.take())
        .bytes(this.#elements(value));
      return { type: MessageType.attribute, body };
    });
  }

  /** The bytes of the elements; those of variable length are references to what was placed before. */
  #elements({ type, shape, data }: H5Value): Uint8Array {
    if (data instanceof Uint8Array) return data.subarray(0, elementsOf(shape) * storedBytes(type));
    const stored = new Fields();
    for (const bytes of data) {
      const { collection, index } = this.texts.get(bytes) ?? { collection: 0, index: 0 };
      stored
        .uint32(bytes.length / Math.max(1, type.size))
        .uint64(collection)
        .uint32(index);
    }
    return stored.take();
  }
}

const largestMessage = 0xffff;
const fillValue = 0x05;
const utf8 = 1;
const smallestCollection = 4096;
const mostInCollection = 60_000;

function space(shape: readonly number[] | null): Fields {
  if (shape === null) return new Fields().bytes(Uint8Array.of(2, 0, 0, 2));
  const fields = new Fields().bytes(Uint8Array.of(1, shape.length, 0, 0, 0, 0, 0, 0));
  shape.forEach((length) => fields.uint64(length));
  return fields;
}

function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const at = a.findIndex((byte, i) => byte !== b[i]);
  return at < 0 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? -1);
}
