import { broken, isObject, type JsonObject } from '../tfjs/json';
import { Attributes } from './attributes';

/** An operator of the file. */
export interface TfNode {
  readonly name: string;
  readonly op: string;
  /** The tensors read: `node` for a node's first output, `node:1` for its second. Control edges are left out. */
  readonly inputs: readonly string[];
  readonly attributes: Attributes;
  /** Malformed, as opposed to not understood. */
  readonly fail: (problem: string) => never;
}

export interface Interface {
  /** The name that tfjs gives it: the key in the signature, else the node's. */
  readonly name: string;
  readonly tensor: string;
  /** What the signature says of it. */
  readonly info: JsonObject;
}

export interface Topology {
  /** Each after those that make its inputs. */
  readonly nodes: readonly TfNode[];
  readonly inputs: readonly Interface[];
  readonly outputs: readonly Interface[];
}

/** The nodes' JSON within a model.json, or null when it is no graph model. */
export function nodeList(json: JsonObject): unknown[] | null {
  const topology = json['modelTopology'];
  const nodes: unknown = isObject(topology) ? topology['node'] : null;
  return Array.isArray(nodes) && 'weightsManifest' in json ? nodes : null;
}

/** @throws InputError for nodes without names, names nobody makes or made twice, and cycles */
export function parseTopology(json: JsonObject, file: string): Topology {
  const nodes = sortNodes(
    (nodeList(json) ?? []).map((node, index) => parseNode(node, index, file)),
    file,
  );
  const byName = new Map(nodes.map((node) => [node.name, node]));
  const signature = signatureOf(json);
  const declared = (part: string) => {
    const entries: unknown = signature?.[part];
    return isObject(entries) ? interfaces(entries, byName) : [];
  };
  const placeholders = nodes.filter(({ op }) => op === 'Placeholder').map(implicit);
  const inputs = uniqueByTensor([...declared('inputs'), ...placeholders]).filter(
    ({ tensor }) => byName.get(tensor)?.op === 'Placeholder',
  );
  const named = declared('outputs');
  return { nodes, inputs, outputs: named.length > 0 ? named : unread(nodes).map(implicit) };
}

function signatureOf(json: JsonObject): JsonObject | null {
  const metadata = json['userDefinedMetadata'];
  const inner: unknown = isObject(metadata) ? metadata['signature'] : null;
  const signature = isObject(inner) ? inner : json['signature'];
  return isObject(signature) ? signature : null;
}

function interfaces(entries: JsonObject, nodes: ReadonlyMap<string, TfNode>): Interface[] {
  return uniqueByTensor(
    Object.entries(entries).flatMap(([name, info]) => {
      const tensor = isObject(info) && typeof info['name'] === 'string' ? tensorName(info['name']) : null;
      return tensor !== null && isObject(info) && nodes.has(nodeOf(tensor)) ? [{ name, tensor, info }] : [];
    }),
  );
}

function uniqueByTensor(interfaces: readonly Interface[]): Interface[] {
  return interfaces.filter(
    ({ tensor }, index) => interfaces.findIndex((other) => other.tensor === tensor) === index,
  );
}

function implicit({ name }: TfNode): Interface {
  return { name, tensor: name, info: {} };
}

/** Nodes whose results nothing reads. */
function unread(nodes: readonly TfNode[]): TfNode[] {
  const read = new Set(nodes.flatMap(({ inputs }) => inputs.map(nodeOf)));
  return nodes.filter(({ name, op }) => !read.has(name) && !['Const', 'NoOp', 'Placeholder'].includes(op));
}

function parseNode(node: unknown, index: number, file: string): TfNode {
  const { name, op, input = [], attr = {} } = isObject(node) ? node : {};
  const place = `modelTopology.node[${index}]`;
  if (typeof name !== 'string' || typeof op !== 'string')
    throw broken(file, place, 'a node has no name or op.');
  if (!Array.isArray(input) || !input.every((one) => typeof one === 'string') || !isObject(attr))
    throw broken(file, place, `the inputs or attributes of "${name}" are not understood.`);
  const fail = (problem: string): never => {
    throw broken(file, `node "${name}" (${op})`, problem);
  };
  const inputs = input.filter((one) => !one.startsWith('^')).map(tensorName);
  return { name, op, inputs, attributes: new Attributes(attr, fail), fail };
}

/** `node:0` and `node` are the same tensor. */
function tensorName(reference: string): string {
  return reference.endsWith(':0') ? reference.slice(0, -2) : reference;
}

/** The node that makes a tensor. */
export function nodeOf(tensor: string): string {
  return tensor.replace(/:\d+$/, '');
}

export function outputName(node: string, index: number): string {
  return index === 0 ? node : `${node}:${index}`;
}

function sortNodes(nodes: readonly TfNode[], file: string): TfNode[] {
  const byName = new Map<string, TfNode>();
  for (const node of nodes) {
    if (byName.has(node.name)) node.fail('two nodes have this name.');
    byName.set(node.name, node);
  }
  const waiting = new Map<TfNode, number>();
  const readers = new Map<TfNode, TfNode[]>();
  for (const node of nodes) {
    const before = new Set(node.inputs.flatMap((tensor) => makerOf(tensor, node)));
    waiting.set(node, before.size);
    for (const maker of before) {
      const known = readers.get(maker);
      if (known) known.push(node);
      else readers.set(maker, [node]);
    }
  }
  const sorted = nodes.filter((node) => waiting.get(node) === 0);
  for (const node of sorted)
    for (const reader of readers.get(node) ?? []) {
      const left = (waiting.get(reader) ?? 0) - 1;
      waiting.set(reader, left);
      if (left === 0) sorted.push(reader);
    }
  const stuck = nodes.find((node) => (waiting.get(node) ?? 0) > 0);
  if (stuck) throw broken(file, `node "${stuck.name}" (${stuck.op})`, 'it depends on its own result.');
  return sorted;

  /** Loops are closed by NextIteration, whose value Merge takes up the next time round. */
  function makerOf(tensor: string, reader: TfNode): TfNode[] {
    const maker = byName.get(nodeOf(tensor));
    if (!maker) return reader.fail(`it reads "${tensor}", which nothing makes.`);
    return maker.op === 'NextIteration' ? [] : [maker];
  }
}
