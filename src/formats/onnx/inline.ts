import { clone } from '@bufbuild/protobuf';
import {
  AttributeProtoSchema,
  NodeProtoSchema,
  TensorProtoSchema,
  type AttributeProto,
  type FunctionProto,
  type GraphProto,
  type ModelProto,
  type NodeProto,
} from 'onnx-buf';
import { isDefaultDomain } from './proto';

/** For an If, by the name of its first output: whether its condition holds. */
export type Branches = ReadonlyMap<string, boolean>;

/** Calls within calls to this depth are written out, to this many nodes in all. */
const DEEPEST = 16;
const MOST_NODES = 2 ** 16;

/** Replaces calls of the model's own functions by their nodes; those that cannot be written out stay as they are. */
export function inlineFunctions(model: ModelProto, graph: GraphProto): void {
  if (model.functions.length === 0) return;
  const functions = new Map(model.functions.map((fn) => [functionKey(fn.domain, fn.name), fn]));
  const own = defaultOpset(model.opsetImport);
  for (let depth = 0; depth < DEEPEST && graph.node.length < MOST_NODES; depth++) {
    const expanded = graph.node.flatMap((node) => {
      const fn = functions.get(functionKey(node.domain, node.opType));
      const fits = fn && (defaultOpset(fn.opsetImport) ?? own) === own && !fn.node.some(hasSubgraph);
      return fits ? bodyOf(fn, node) : [node];
    });
    if (expanded.length > MOST_NODES || expanded.every((node, i) => node === graph.node[i])) return;
    graph.node = expanded;
  }
}

function functionKey(domain: string, name: string): string {
  return `${isDefaultDomain(domain) ? '' : domain}:${name}`;
}

function defaultOpset(imports: ModelProto['opsetImport']): bigint | undefined {
  return imports.find(({ domain }) => isDefaultDomain(domain))?.version;
}

function hasSubgraph(node: NodeProto): boolean {
  return node.attribute.some(({ g, graphs }) => g !== undefined || graphs.length > 0);
}

function bodyOf(fn: FunctionProto, call: NodeProto): NodeProto[] {
  const label = labelOf(call);
  const names = new Map(fn.input.map((name, i) => [name, call.input[i] ?? '']));
  fn.output.forEach((name, i) => names.set(name, call.output[i] || `${label}/${name}`));
  const rename = (name: string) => (name === '' ? '' : (names.get(name) ?? `${label}/${name}`));
  return fn.node.map((node) => {
    const copy = renamed(node, rename, label);
    copy.attribute = copy.attribute.flatMap((attribute) => boundAttribute(attribute, fn, call));
    return copy;
  });
}

/** An attribute that refers to one of the function's takes the call's value, or the function's default. */
function boundAttribute(attribute: AttributeProto, fn: FunctionProto, call: NodeProto): AttributeProto[] {
  const { refAttrName } = attribute;
  if (refAttrName === '') return [attribute];
  const given = [...call.attribute, ...fn.attributeProto].find(({ name }) => name === refAttrName);
  if (!given) return [];
  const bound = clone(AttributeProtoSchema, given);
  bound.name = attribute.name;
  return [bound];
}

/** Replaces each If whose condition is known by the branch that is taken. */
export function inlineBranches(graph: GraphProto, branches: Branches): void {
  if (branches.size === 0) return;
  graph.node = graph.node.flatMap((node) => {
    const holds = node.opType === 'If' ? branches.get(node.output[0] ?? '') : undefined;
    const wanted = holds === true ? 'then_branch' : 'else_branch';
    const branch = node.attribute.find(({ name }) => name === wanted)?.g;
    return holds === undefined || !branch ? [node] : takenBranch(graph, node, branch);
  });
}

function takenBranch(graph: GraphProto, node: NodeProto, branch: GraphProto): NodeProto[] {
  const label = labelOf(node);
  const made = new Set([
    ...branch.node.flatMap(({ output }) => output),
    ...branch.initializer.map(({ name }) => name),
  ]);
  const rename = (name: string) => (made.has(name) && name !== '' ? `${label}/${name}` : name);
  for (const tensor of branch.initializer) {
    const copy = clone(TensorProtoSchema, tensor);
    copy.name = rename(tensor.name);
    graph.initializer.push(copy);
  }
  const results = branch.output.flatMap(({ name }, i) => {
    const output = node.output[i] ?? '';
    return output === '' ? [] : [identityNode(node, rename(name), output)];
  });
  return [...branch.node.map((inner) => renamed(inner, rename, label)), ...results];
}

function identityNode(model: NodeProto, input: string, output: string): NodeProto {
  const node = clone(NodeProtoSchema, model);
  return {
    ...node,
    opType: 'Identity',
    name: `${output}/taken`,
    input: [input],
    output: [output],
    attribute: [],
  };
}

function renamed(node: NodeProto, rename: (name: string) => string, label: string): NodeProto {
  const copy = clone(NodeProtoSchema, node);
  copy.name = `${label}/${labelOf(node)}`;
  renameIn(copy, rename);
  return copy;
}

function renameIn(node: NodeProto, rename: (name: string) => string): void {
  node.input = node.input.map(rename);
  node.output = node.output.map(rename);
  for (const attribute of node.attribute) {
    const graphs = [...(attribute.g ? [attribute.g] : []), ...attribute.graphs];
    for (const graph of graphs) renameGraph(graph, rename);
  }
}

function renameGraph(graph: GraphProto, rename: (name: string) => string): void {
  graph.node.forEach((inner) => renameIn(inner, rename));
  for (const named of [...graph.output, ...graph.input, ...graph.initializer])
    named.name = rename(named.name);
}

function labelOf(node: NodeProto): string {
  return node.name || (node.output[0] ?? node.opType);
}
