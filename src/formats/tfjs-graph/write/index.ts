import type { ChannelMap, KeepLists } from '../../../graph/channel-types';
import type { Graph, Shape } from '../../../graph/graph';
import type { NamedBytes } from '../../../util/files';
import { changedTensors } from '../../changed-tensors';
import { tensorCuts } from '../../tfjs/cuts';
import { encodeWeight, writeEntry } from '../../tfjs/encode-weight';
import { isObject, type JsonObject } from '../../tfjs/json';
import type { StoredWeight, WeightGroup } from '../../tfjs/manifest';
import { cutWeight, writeShards } from '../../tfjs/slice-weights';
import type { GraphReading } from '../reader';
import { nodeList, type Topology } from '../topology';
import { Evaluator } from './evaluate';
import { rewriteNode } from './nodes';
import { Patch } from './patch';

export interface GraphModel {
  readonly file: string;
  /** model.json as it was brought. */
  readonly original: Uint8Array;
  readonly json: JsonObject;
  readonly groups: readonly WeightGroup[];
  readonly topology: Topology;
  readonly reading: GraphReading;
}

export interface Pruning {
  readonly channels: ChannelMap;
  readonly keep: KeepLists;
  readonly sliced: Graph;
}

/**
 * The model as it was brought, with the removed channels cut out of its weights and of the operands that count them.
 * With nothing removed it is the same bytes.
 */
export function writeGraphModel(model: GraphModel, { channels, keep, sliced }: Pruning): NamedBytes[] {
  const { file, original, groups, reading } = model;
  const cuts = tensorCuts(reading.graph, channels, keep);
  const values = changedTensors(reading.graph, channels, keep, sliced);
  const written = groups.map((group) => ({
    group,
    weights: group.weights.map((weight) =>
      encodeWeight(cutWeight(weight, cuts.get(weight.name) ?? []), values.get(weight.name)),
    ),
  }));
  const changed = cuts.size + values.size > 0 ? rewritten(model, sliced, written) : null;
  const shards = written.flatMap(({ group, weights }, index) => {
    const added = index === written.length - 1 ? (changed?.added ?? []) : [];
    return writeShards(group, [...weights, ...added]);
  });
  return [
    { name: file, bytes: changed ? new TextEncoder().encode(JSON.stringify(changed.json)) : original },
    ...shards.map(({ path, bytes }) => ({ name: path, bytes })),
  ];
}

function rewritten(
  { json: before, topology, reading, groups }: GraphModel,
  sliced: Graph,
  written: readonly { readonly weights: readonly StoredWeight[] }[],
): { json: JsonObject; added: readonly StoredWeight[] } {
  const json = structuredClone(before);
  const nodes = new Map(topology.nodes.map((node) => [node.name, node]));
  const weights = new Map(written.flatMap((group) => group.weights).map((weight) => [weight.name, weight]));
  const patch = new Patch(nodeList(json) ?? [], nodes, weights.keys());
  for (const old of groups.flatMap((group) => group.weights)) {
    const now = weights.get(old.name);
    if (now && now.bytes !== old.bytes) patch.setShape(old.name, now.shape);
  }
  const shapeOf = shapesIn(reading, sliced);
  const evaluator = new Evaluator(nodes, weights, shapeOf);
  const constant = (name: string) => evaluator.constant(name);
  for (const node of topology.nodes)
    rewriteNode(node, { fixedBatch: reading.fixedBatch, patch, sliced, shapeOf, constant });
  writeManifest(json['weightsManifest'], written, patch.weights);
  return { json, added: patch.weights };
}

/** Shapes of the file's computed tensors, as a graph has them. */
function shapesIn({ tensors }: GraphReading, graph: Graph): (name: string) => Shape | undefined {
  return (name) => {
    const tensor = tensors.get(name);
    if (tensor?.kind !== 'activation') return undefined;
    const shape = graph.values.get(tensor.id)?.shape;
    return tensor.withoutBatch ? shape?.slice(1) : shape;
  };
}

/** New constants go to the end of the last group. */
function writeManifest(
  manifest: unknown,
  written: readonly { readonly weights: readonly StoredWeight[] }[],
  added: readonly StoredWeight[],
): void {
  if (!Array.isArray(manifest)) return;
  manifest.forEach((group: unknown, index) => {
    const entries: unknown = isObject(group) ? group['weights'] : null;
    if (!Array.isArray(entries)) return;
    entries.forEach((entry: unknown, i) => {
      writeEntry(entry, written[index]?.weights[i]);
    });
    if (index === manifest.length - 1)
      entries.push(...added.map(({ name, shape, dtype }) => ({ name, shape, dtype })));
  });
}
