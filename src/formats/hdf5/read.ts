import { readTree1, readTree2 } from './b-trees';
import { FractalHeap, GlobalHeap, readLocalHeap } from './heaps';
import { MessageType, readObjectHeader, type Message } from './object-header';
import { Source, type Cursor } from './source';
import { readStored } from './storage';
import type { H5Attributes, H5Group, H5Node } from './tree';
import {
  elementsOf,
  messageOf,
  readAttribute,
  readElements,
  readSpace,
  readType,
  storedBytes,
} from './values';

const signature = [0x89, 0x48, 0x44, 0x46, 0x0d, 0x0a, 0x1a, 0x0a];
const maxDepth = 64;

export function isHdf5(bytes: Uint8Array): boolean {
  return signature.every((byte, i) => bytes[i] === byte);
}

/**
 * Reads a whole HDF5 file: what h5py writes with any `libver`, in one piece or in chunks packed with gzip.
 * https://support.hdfgroup.org/documentation/hdf5/latest/_f_m_t3.html
 *
 * @throws InputError for damaged files, for groups that lead to each other in circles, and for what is not read
 */
export function readHdf5(bytes: Uint8Array, file: string): H5Group {
  const source = new Source(bytes, file);
  const root = new Reader(source).node(rootAddress(source), 0);
  if (root.kind !== 'group') throw source.damaged(0, 'its root is no group');
  return root;
}

function rootAddress(source: Source): number {
  if (!isHdf5(source.bytes)) throw source.damaged(0, 'it does not begin like one');
  const cursor = source.at(8);
  const version = cursor.uint8();
  if (version > 3) throw source.unreadable(`its format, version ${version}, is not known.`);
  const [offsetBytes, lengthBytes] = version < 2 ? [...cursor.skip(4).bytes(2)] : [...cursor.bytes(2)];
  if (offsetBytes !== 8 || lengthBytes !== 8) throw source.unreadable('its addresses are not of 8 bytes.');
  if (version >= 2) return cursor.skip(1 + 3 * 8).uint64();
  return cursor.skip(9 + (version === 1 ? 4 : 0) + 4 * 8 + 8).uint64();
}

class Reader {
  readonly #heap: GlobalHeap;

  constructor(private readonly source: Source) {
    this.#heap = new GlobalHeap(source);
  }

  node(address: number, depth: number): H5Node {
    if (depth > maxDepth) throw this.source.damaged(address, 'groups lie too deep within each other');
    const messages = readObjectHeader(this.source, address);
    const attributes = this.#attributes(messages);
    const layout = messageOf(messages, 'layout');
    if (!layout) return { kind: 'group', attributes, children: this.#children(messages, depth) };
    const typeBody = messageOf(messages, 'datatype');
    const spaceBody = messageOf(messages, 'dataspace');
    if (!typeBody || !spaceBody) throw this.source.damaged(address, 'a dataset without a type or shape');
    const type = readType(typeBody);
    const shape = readSpace(spaceBody);
    const filters = messageOf(messages, 'filters');
    const stored = readStored(this.source, {
      shape: shape ?? [0],
      elementBytes: storedBytes(type),
      layout,
      filters,
    });
    const data = readElements(type, elementsOf(shape), stored, this.#heap);
    return { kind: 'dataset', attributes, value: { type, shape, data } };
  }

  #attributes(messages: readonly Message[]): H5Attributes {
    const bodies = messages
      .filter(({ type }) => type === MessageType.attribute)
      .map(({ body, shared }) => {
        if (shared) throw this.source.unreadable('it shares attributes, which Keras never does.');
        return body;
      });
    const dense = messageOf(messages, 'attributeInfo');
    if (dense) bodies.push(...this.#dense(dense, 2, 0));
    return new Map(bodies.map((body) => readAttribute(body, this.#heap)));
  }

  #children(messages: readonly Message[], depth: number): Map<string, H5Node> {
    const table = messageOf(messages, 'symbolTable');
    const info = messageOf(messages, 'linkInfo');
    const links = messages.filter(({ type }) => type === MessageType.link).map(({ body }) => body);
    if (info) links.push(...this.#dense(info, 8, 4));
    const found = [...(table ? this.#symbols(table) : []), ...links.flatMap((link) => this.#link(link))];
    return new Map(found.map(({ name, address }) => [name, this.node(address, depth + 1)]));
  }

  /** Messages kept in a heap, found through an index by name whose records hold an id after `before` bytes. */
  #dense(info: Cursor, orderBytes: number, before: number): Cursor[] {
    const flags = info.skip(1).uint8();
    if (flags & 1) info.skip(orderBytes);
    const [heapAddress, index] = [info.address(), info.address()];
    if (heapAddress === null || index === null) return [];
    const heap = new FractalHeap(this.source, heapAddress);
    return readTree2(this.source, index).map((record) => heap.object(record.skip(before).part(heap.idBytes)));
  }

  #symbols(table: Cursor): { name: string; address: number }[] {
    const [tree, heap] = [table.uint64(), table.uint64()];
    const name = readLocalHeap(this.source, heap);
    return readTree1(this.source, tree, 8).flatMap(({ child }) => {
      const node = this.source.block(child, 'SNOD').skip(2);
      const entries = Array.from({ length: node.uint16() }, () => node.part(40));
      return entries.flatMap((entry) => {
        const [offset, address, kind] = [entry.uint64(), entry.uint64(), entry.uint32()];
        return kind === softLink ? [] : [{ name: name(offset), address }];
      });
    });
  }

  /** Links to other files or by name are left out: nothing of a model is behind them. */
  #link(link: Cursor): { name: string; address: number }[] {
    const flags = link.skip(1).uint8();
    const kind = flags & 0x08 ? link.uint8() : 0;
    link.skip((flags & 0x04 ? 8 : 0) + (flags & 0x10 ? 1 : 0));
    const name = link.text(link.uint(1 << (flags & 3)));
    return kind === 0 ? [{ name, address: link.uint64() }] : [];
  }
}

const softLink = 2;
