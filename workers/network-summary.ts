import type { ChannelMap } from '../src/graph/channel-types';
import { nodeMacs } from '../src/graph/cost';
import type { Graph, ValueId } from '../src/graph/graph';
import { isKernelNode, type GraphNode } from '../src/graph/nodes';
import type { NetworkBlock, NetworkSummary } from './api';

/** Operators worth a block of their own: they join or split paths. Everything else is folded into its input's block. */
function isJoin(node: GraphNode, graph: Graph): boolean {
  const activations = node.inputs.filter((id) => !graph.params.has(id));
  return activations.length > 1;
}

/**
 * The network for drawing: a block for each input, kernel layer, join, opaque operator and output; edges along which
 * activations flow. Single-input operators between blocks are drawn as part of the edge.
 */
export function summariseNetwork(graph: Graph, channels: ChannelMap): NetworkSummary {
  const blocks: NetworkBlock[] = [];
  const edges: { from: string; to: string }[] = [];
  const blockOf = new Map<ValueId, string>();

  for (const input of graph.inputs) {
    blocks.push(describe(`input:${input.id}`, 'input', input.name, 'input', input.id, 0));
    blockOf.set(input.id, `input:${input.id}`);
  }
  for (const node of graph.nodes) {
    const sources = node.inputs.flatMap((id) => blockOf.get(id) ?? []);
    const kind = blockKind(node, graph);
    const [only] = sources;
    if (!kind) {
      if (only) blockOf.set(node.output, only);
      continue;
    }
    blocks.push(
      describe(node.id, kind, layerName(node), detail(node, graph), node.output, nodeMacs(graph, node)),
    );
    for (const from of new Set(sources)) edges.push({ from, to: node.id });
    blockOf.set(node.output, node.id);
  }
  for (const output of graph.outputs) {
    const id = `output:${output.name}`;
    blocks.push(describe(id, 'output', output.name, 'output', output.value, 0));
    const from = blockOf.get(output.value);
    if (from) edges.push({ from, to: id });
  }
  return { blocks, edges };

  function describe(
    id: string,
    kind: NetworkBlock['kind'],
    name: string,
    detail: string,
    value: ValueId,
    macs: number,
  ): NetworkBlock {
    const shape = (graph.values.get(value)?.shape ?? []).slice(1).map((dim) => dim ?? 1);
    const labels = channels.values.get(value);
    const counts = new Map<string, number>();
    for (const index of labels?.group ?? []) {
      const group = channels.groups[index];
      if (group) counts.set(group.id, (counts.get(group.id) ?? 0) + 1);
    }
    return {
      id,
      kind,
      name,
      detail,
      channels: labels ? labels.group.length : unlabelledChannels(shape),
      groups: [...counts].map(([group, channels]) => ({ group, channels })),
      shape,
      macs,
    };
  }

  function layerName(node: GraphNode): string {
    const kernel = isKernelNode(node) ? graph.params.get(node.inputs[1] ?? '') : undefined;
    return kernel ? kernel.name.replace(/\.weight$/, '') : node.source;
  }
}

/** An image's channels stand first or last, as the source has them, and are fewer than its rows and columns. */
function unlabelledChannels(shape: readonly number[]): number {
  return shape.length === 0 ? 1 : Math.min(shape[0] ?? 1, shape.at(-1) ?? 1);
}

function blockKind(node: GraphNode, graph: Graph): 'layer' | 'join' | 'opaque' | null {
  if (isKernelNode(node)) return 'layer';
  if (node.op === 'opaque') return 'opaque';
  return isJoin(node, graph) ? 'join' : null;
}

function detail(node: GraphNode, graph: Graph): string {
  switch (node.op) {
    case 'conv2d':
    case 'convTranspose2d': {
      const [height, width, inChannels] = graph.params.get(node.inputs[1] ?? '')?.shape ?? [];
      const depthwise = node.op === 'conv2d' && node.groups > 1 && inChannels === 1;
      const kind = node.op === 'convTranspose2d' ? 'transposed conv' : depthwise ? 'depthwise' : 'conv';
      return height === undefined ? kind : `${kind} ${height}×${width ?? height}`;
    }
    case 'binary':
      return node.kind;
    case 'opaque':
      return node.sourceOp;
    default:
      return node.op;
  }
}
