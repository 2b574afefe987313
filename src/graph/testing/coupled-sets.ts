import type { AxisLabels, ChannelMap } from '../channel-types';
import type { Graph } from '../graph';
import { isKernelNode, type GraphNode } from '../nodes';
import { kernelAxes } from '../rules/kernels';

/** Channels that must be removed together, by module. */
export interface CoupledSet {
  readonly out: Record<string, number[]>;
  readonly in: Record<string, number[]>;
  readonly touches_output: boolean;
}

/** Every unit's channels by module: where they are made or normalised, and where they are read. */
export function coupledSets(graph: Graph, channels: ChannelMap): CoupledSet[] {
  const sets = new Map<string, CoupledSet>();
  const place = (labels: AxisLabels, side: 'out' | 'in', module: string, repeats = 1) => {
    for (let i = 0; i < labels.group.length * repeats; i++) {
      const at = i % labels.group.length;
      const [group = -1, unit = 0] = [labels.group[at], labels.unit[at]];
      if (group < 0) continue;
      const key = `${group}:${unit}`;
      const frozen = (channels.groups[group]?.frozen ?? null) !== null;
      const set = sets.get(key) ?? { out: {}, in: {}, touches_output: frozen };
      sets.set(key, set);
      (set[side][module] ??= []).push(i);
    }
  };
  for (const node of graph.nodes) {
    const param = graph.params.get(node.inputs[1] ?? '');
    const module = param?.name.replace(/^m\./, '').replace(/\.weight$/, '') ?? '';
    for (const labels of param ? (channels.params.get(param.id) ?? []) : [])
      if (isKernelNode(node) && labels.axis === kernelAxes(node).input)
        place(labels, 'in', module, groupsOf(node));
      else if (isKernelNode(node) || node.op === 'batchNorm') place(labels, 'out', module);
  }
  return [...sets.values()];
}

function groupsOf(node: GraphNode): number {
  return node.op === 'conv2d' ? node.groups : 1;
}

/** The set as text that is the same for equal sets. */
export function canonical(set: CoupledSet): string {
  const sorted = (side: Record<string, number[]>) =>
    Object.entries(side)
      .map(([module, channels]) => [module, channels.toSorted((a, b) => a - b)])
      .toSorted();
  return JSON.stringify([sorted(set.out), sorted(set.in), set.touches_output]);
}
