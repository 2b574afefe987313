import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readOnnx } from '../formats/onnx/reader';
import type { AxisLabels, ChannelMap } from './channel-types';
import { analyseChannels } from './channels';
import { isKernelNode, type Graph, type GraphNode } from './graph';
import { kernelAxes } from './rules/kernels';

/**
 * Coupled channels of common architectures, as found by Torch-Pruning. The models are too large for the repository:
 * PAGCP_GOLDEN names their folder.
 */
const folder = join(process.env['PAGCP_GOLDEN'] ?? '../shared/golden', 'groups');
const names = existsSync(folder) ? readdirSync(folder).filter((file) => file.endsWith('.onnx')) : [];

interface CoupledSet {
  readonly out: Record<string, number[]>;
  readonly in: Record<string, number[]>;
  readonly touches_output: boolean;
}

describe.skipIf(names.length === 0)('coupled channels (skipped without the models in PAGCP_GOLDEN)', () => {
  it.each(names)('%s', (file) => {
    const { graph } = readOnnx({ name: file, bytes: new Uint8Array(readFileSync(join(folder, file))) });
    const golden = JSON.parse(readFileSync(join(folder, file.replace('.onnx', '.json')), 'utf8')) as {
      sets: readonly CoupledSet[];
    };
    const found = coupledSets(graph, analyseChannels(graph)).map(canonical);
    expect(found.toSorted()).toEqual(golden.sets.map(canonical).toSorted());
  });
});

/** Every unit's channels by module: where they are made or normalised, and where they are read. */
function coupledSets(graph: Graph, channels: ChannelMap): CoupledSet[] {
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

function canonical(set: CoupledSet): string {
  const sorted = (side: Record<string, number[]>) =>
    Object.entries(side)
      .map(([module, channels]) => [module, channels.toSorted((a, b) => a - b)])
      .toSorted();
  return JSON.stringify([sorted(set.out), sorted(set.in), set.touches_output]);
}
