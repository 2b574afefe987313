import { nodeMacs } from '../graph/cost';
import type { Graph, ValueId } from '../graph/graph';
import type { BatchNormNode, Conv2dNode, DenseNode, GraphNode, TransposeNode } from '../graph/nodes';
import type { FusedActivation } from './ops/conv';

/** One unit of execution: a node, or a kernel layer with what was folded and fused into it. */
export interface Step {
  readonly layer: FusedLayer | null;
  /** The nodes this step stands for, in order; the last one makes `output`. */
  readonly nodes: readonly GraphNode[];
  /** Values read, params excluded. */
  readonly reads: readonly ValueId[];
  readonly output: ValueId;
}

export interface FusedLayer {
  readonly node: Conv2dNode | DenseNode;
  /** Folded into the kernel and bias. */
  readonly batchNorm: BatchNormNode | null;
  readonly activation: FusedActivation;
}

export interface Plan {
  readonly steps: readonly Step[];
  /** Values that are another value under a new name (identities, transposes that cancel). */
  readonly aliases: ReadonlyMap<ValueId, ValueId>;
}

/**
 * The steps that lead to `wanted`. Batch norms are folded into a layer, and ReLU and ReLU6 fused with it, where
 * nothing else reads what lies between. The structure depends on the graph's topology and `wanted` alone, so it is
 * the same for every slicing of a graph.
 *
 * @param unfused layers, by node id, that no activation is fused with
 * @throws Error when a wanted value cannot be computed, naming the operator in the way
 */
export function planGraph(
  graph: Graph,
  wanted: readonly ValueId[],
  unfused: ReadonlySet<string> = new Set(),
): Plan {
  const aliases = findAliases(graph);
  const resolve = (id: ValueId) => aliases.get(id) ?? id;
  const targets = new Set(wanted.map(resolve));
  const nodes = neededNodes(graph, targets, resolve);
  const readers = readersOf(nodes, resolve);
  const isParam = (id: ValueId) => graph.params.has(id);

  const onlyReader = (value: ValueId): GraphNode | null => {
    const found = readers.get(value) ?? [];
    return found.length === 1 && !targets.has(value) ? (found[0] ?? null) : null;
  };
  const absorbed = new Set<GraphNode>();
  const steps: Step[] = [];
  for (const node of nodes) {
    if (absorbed.has(node)) continue;
    const step = makeStep(node, onlyReader, isParam, !unfused.has(node.id));
    step.nodes.forEach((part) => absorbed.add(part));
    const reads = step.nodes.flatMap((part) => part.inputs.map(resolve));
    const made = new Set(step.nodes.map((part) => part.output));
    const outside = reads.filter((id) => !isParam(id) && !made.has(id));
    steps.push({ ...step, reads: [...new Set(outside)] });
  }
  return { steps, aliases };
}

/** Multiply-accumulates of steps' layers for one sample. */
export function stepMacs(graph: Graph, steps: readonly Step[]): number {
  const nodes = steps.flatMap((step) => step.nodes);
  return nodes.reduce((sum, node) => sum + nodeMacs(graph, node), 0);
}

function findAliases(graph: Graph): Map<ValueId, ValueId> {
  const aliases = new Map<ValueId, ValueId>();
  const transposes = new Map<ValueId, TransposeNode>();
  const resolve = (id: ValueId) => aliases.get(id) ?? id;
  for (const node of graph.nodes) {
    if (node.op === 'identity' && !graph.params.has(node.inputs[0]))
      aliases.set(node.output, resolve(node.inputs[0]));
    if (node.op !== 'transpose') continue;
    transposes.set(node.output, node);
    const before = transposes.get(resolve(node.inputs[0]));
    if (before && node.perm.every((axis, index) => before.perm[axis] === index))
      aliases.set(node.output, resolve(before.inputs[0]));
  }
  return aliases;
}

/** Topologically ordered, aliased nodes left out. */
function neededNodes(
  graph: Graph,
  targets: ReadonlySet<ValueId>,
  resolve: (id: ValueId) => ValueId,
): readonly GraphNode[] {
  const needed = new Set(targets);
  const nodes: GraphNode[] = [];
  for (const node of graph.nodes.toReversed()) {
    if (!needed.has(node.output)) continue;
    if (node.op === 'opaque')
      throw new Error(`"${node.source}" (${node.sourceOp}) cannot be run: ${node.reason}`);
    nodes.push(node);
    node.inputs.forEach((id) => needed.add(resolve(id)));
  }
  return nodes.reverse();
}

function readersOf(
  nodes: readonly GraphNode[],
  resolve: (id: ValueId) => ValueId,
): ReadonlyMap<ValueId, readonly GraphNode[]> {
  const readers = new Map<ValueId, GraphNode[]>();
  for (const node of nodes)
    for (const id of node.inputs.map(resolve)) readers.set(id, [...(readers.get(id) ?? []), node]);
  return readers;
}

function makeStep(
  node: GraphNode,
  onlyReader: (value: ValueId) => GraphNode | null,
  isParam: (id: ValueId) => boolean,
  fuses: boolean,
): Omit<Step, 'reads'> {
  const isLayer = node.op === 'conv2d' || node.op === 'dense';
  if (!isLayer || !node.inputs.slice(1).every(isParam))
    return { layer: null, nodes: [node], output: node.output };

  const next = onlyReader(node.output);
  const batchNorm = next?.op === 'batchNorm' && next.inputs.slice(1).every(isParam) ? next : null;
  const normed = batchNorm?.output ?? node.output;
  const last = onlyReader(normed);
  const activation = last && fuses ? fusedActivation(last) : 'linear';
  const nodes = [node, ...(batchNorm ? [batchNorm] : []), ...(last && activation !== 'linear' ? [last] : [])];
  return { layer: { node, batchNorm, activation }, nodes, output: nodes.at(-1)?.output ?? node.output };
}

function fusedActivation(node: GraphNode): FusedActivation {
  if (node.op !== 'unary') return 'linear';
  const { fn } = node;
  if (fn.kind === 'relu') return 'relu';
  if (fn.kind !== 'clip' || fn.min !== 0) return 'linear';
  return fn.max === 6 ? 'relu6' : fn.max === Infinity ? 'relu' : 'linear';
}
