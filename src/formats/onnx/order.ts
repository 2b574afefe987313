import { AttributeProto_AttributeType as Type, type GraphProto, type NodeProto } from 'onnx-buf';
import { InputError } from '../../util/errors';

/** Names the node reads: its inputs and what its subgraphs (If, Loop, Scan) take from around them. */
export function namesRead(node: NodeProto): string[] {
  return [...node.input.filter((name) => name !== ''), ...captured(node)];
}

export function captured(node: NodeProto): string[] {
  return node.attribute.flatMap((attribute) => {
    const graphs = attribute.type === Type.GRAPH && attribute.g ? [attribute.g] : attribute.graphs;
    return graphs.flatMap(freeNames);
  });
}

function freeNames(graph: GraphProto): string[] {
  const own = new Set([
    ...graph.input.map(({ name }) => name),
    ...graph.initializer.map(({ name }) => name),
    ...graph.node.flatMap(({ output }) => output),
  ]);
  const read = [...graph.node.flatMap(namesRead), ...graph.output.map(({ name }) => name)];
  return [...new Set(read.filter((name) => name !== '' && !own.has(name)))];
}

/**
 * The nodes, each after those that make its inputs.
 * @param given names that need no node: graph inputs and initializers
 * @throws InputError for a name made twice, a name nobody makes, and a cycle
 */
export function sortedNodes(graph: GraphProto, given: ReadonlySet<string>, file: string): NodeProto[] {
  const makers = makersByName(graph, given, file);
  const waiting = new Map<NodeProto, number>();
  const readers = new Map<NodeProto, NodeProto[]>();
  for (const node of graph.node) {
    const before = new Set(namesRead(node).flatMap((name) => makerOf(name, node)));
    waiting.set(node, before.size);
    for (const maker of before) {
      const known = readers.get(maker);
      if (known) known.push(node);
      else readers.set(maker, [node]);
    }
  }
  const sorted = graph.node.filter((node) => waiting.get(node) === 0);
  for (const node of sorted)
    for (const reader of readers.get(node) ?? []) {
      const left = (waiting.get(reader) ?? 0) - 1;
      waiting.set(reader, left);
      if (left === 0) sorted.push(reader);
    }
  const stuck = graph.node.find((node) => (waiting.get(node) ?? 0) > 0);
  if (stuck) fail(stuck, 'it depends on its own output: the graph has a cycle.');
  return sorted;

  function makerOf(name: string, node: NodeProto): NodeProto[] {
    const maker = makers.get(name);
    if (maker) return [maker];
    if (!given.has(name)) fail(node, `it reads "${name}", which nothing makes.`);
    return [];
  }

  function fail(node: NodeProto, problem: string): never {
    throw new InputError({ file, place: place(node), problem, advice: 'Export the model again.' });
  }
}

function makersByName(
  graph: GraphProto,
  given: ReadonlySet<string>,
  file: string,
): ReadonlyMap<string, NodeProto> {
  const makers = new Map<string, NodeProto>();
  for (const node of graph.node)
    for (const name of node.output) {
      if (name === '') continue;
      if (makers.has(name) || given.has(name))
        throw new InputError({
          file,
          place: place(node),
          problem: `it makes "${name}", which exists already.`,
          advice: 'Export the model again.',
        });
      makers.set(name, node);
    }
  return makers;
}

function place(node: NodeProto): string {
  return `node "${node.name || (node.output[0] ?? '')}" (${node.opType})`;
}
