import type { AxisLabels, ChannelGroup, ChannelMap, LayerRef } from './channel-types';
import { isExcluded } from './exclude';
import type { Graph, Param, ValueId } from './graph';
import { isKernelNode, type GraphNode, type KernelNode } from './nodes';
import type { Label } from './labels';
import { discoveryOrder } from './order';
import { propagate } from './propagate';
import type { Propagation } from './propagation';
import { kernelAxes, kernelInputs } from './rules/kernels';

/** A layer whose kernel makes or reads channels, once for every kernel however often it is used. */
interface Layer {
  readonly node: KernelNode;
  readonly kernel: Param;
  readonly ref: LayerRef;
}

/** Labels united into one set: channels that go together. */
interface ChannelClass {
  readonly producers: Set<Layer>;
  readonly consumers: Set<Layer>;
  /** Channels of the first producer's output. */
  readonly channels: number[];
  readonly frozen: string | null;
}

/**
 * Which channels must be removed together, and where they appear.
 * @param options.exclude globs (`*`, `?`) over layer and weight names; what matching layers produce stays whole
 */
export function analyseChannels(
  graph: Graph,
  options: { readonly exclude?: readonly string[] } = {},
): ChannelMap {
  const propagation = propagate(graph);
  const order = discoveryOrder(graph);
  const layers = kernelLayers(graph, order);
  freezeExcluded(propagation, graph, layers, options.exclude ?? []);
  const classes = channelClasses(propagation, layers);
  const members = groupClasses(classes);
  const unitOf = new Map<Label, readonly [group: number, unit: number]>();
  members.forEach(({ labels }, group) => labels.forEach((label, unit) => unitOf.set(label, [group, unit])));
  return { groups: members.map(({ group }) => group), ...placeLabels(propagation, unitOf) };
}

/** Layers with a kernel that lead to an output, in discovery order. */
function kernelLayers(graph: Graph, order: readonly GraphNode[]): readonly Layer[] {
  const layers = new Map<string, Layer>();
  for (const node of order.filter(isKernelNode)) {
    const kernel = graph.params.get(kernelInputs(node).kernel);
    if (!kernel) throw new Error(`${node.op} "${node.source}" has no kernel among the params.`);
    const key = kernel.source?.tensor ?? kernel.id;
    if (!layers.has(key)) layers.set(key, { node, kernel, ref: { node: node.id, name: kernel.name } });
  }
  return [...layers.values()];
}

/** Channels pass through a depthwise convolution as through a batch norm: it neither makes nor reads them. */
function isDepthwise(node: KernelNode, kernel: { readonly shape: readonly number[] }): boolean {
  if (node.op === 'dense' || node.groups === 1) return false;
  return node.op === 'conv2d' ? kernel.shape[2] === 1 : kernel.shape[3] === node.groups;
}

function freezeExcluded(
  p: Propagation,
  graph: Graph,
  layers: readonly Layer[],
  globs: readonly string[],
): void {
  for (const layer of layers)
    if (isExcluded(graph, layer.node, globs))
      p.labels.freeze(outputLabels(p, layer), 'excluded by the recipe');
}

/** Labels along the layer's output channels. */
function outputLabels(p: Propagation, { node }: Layer): Int32Array {
  const carried = p.carried(node.output);
  if (carried.axis === null) throw new Error(`The channels of "${node.source}" carry no labels.`);
  return carried.labels;
}

function channelClasses(p: Propagation, layers: readonly Layer[]): ReadonlyMap<Label, ChannelClass> {
  const classes = new Map<Label, ChannelClass>();
  const makers = layers.filter(({ node, kernel }) => !isDepthwise(node, kernel));
  for (const layer of makers)
    outputLabels(p, layer).forEach((label, channel) => {
      const root = p.labels.find(label);
      const known = classes.get(root) ?? {
        producers: new Set([layer]),
        consumers: new Set(),
        channels: [],
        frozen: p.labels.reason(root),
      };
      classes.set(root, known);
      known.producers.add(layer);
      if ([...known.producers][0] === layer) known.channels.push(channel);
    });
  for (const layer of makers)
    for (const label of p.params.along(layer.kernel, kernelAxes(layer.node).input))
      classes.get(p.labels.find(label))?.consumers.add(layer);
  return classes;
}

/** Classes with the same producers, and the same reason to stay if any, make a group; prunable ones come first. */
function groupClasses(
  classes: ReadonlyMap<Label, ChannelClass>,
): readonly { readonly group: ChannelGroup; readonly labels: readonly Label[] }[] {
  const byKey = new Map<string, { classes: ChannelClass[]; labels: Label[] }>();
  for (const [label, channelClass] of classes) {
    const producers = [...channelClass.producers].map(({ ref }) => ref.node);
    const key = JSON.stringify([producers, channelClass.frozen]);
    const known = byKey.get(key) ?? { classes: [], labels: [] };
    byKey.set(key, known);
    known.classes.push(channelClass);
    known.labels.push(label);
  }
  const ids = new Set<string>();
  return prunableFirst([...byKey.values()]).map((members) => ({
    group: describe(members.classes, ids),
    labels: members.labels,
  }));
}

/** Keeps the order of the first producers; among groups of one first producer the prunable ones lead. */
function prunableFirst<T extends { readonly classes: readonly ChannelClass[] }>(
  groups: readonly T[],
): readonly T[] {
  const byProducer = new Map<Layer | undefined, T[]>();
  for (const group of groups) {
    const first = group.classes[0]?.producers.values().next().value;
    byProducer.set(first, [...(byProducer.get(first) ?? []), group]);
  }
  const isFrozen = (group: T) => (group.classes[0]?.frozen === null ? 0 : 1);
  return [...byProducer.values()].flatMap((same) => same.sort((a, b) => isFrozen(a) - isFrozen(b)));
}

function describe(classes: readonly ChannelClass[], ids: Set<string>): ChannelGroup {
  const [first] = classes;
  const producers = [...(first?.producers ?? [])].map(({ ref }) => ref);
  const name = producers[0]?.name ?? '';
  let id = name;
  for (let n = 2; ids.has(id); n++) id = `${name}#${n}`;
  ids.add(id);
  return {
    id,
    size: classes.length,
    producers,
    consumers: [...new Set(classes.flatMap(({ consumers }) => [...consumers]))].map(({ ref }) => ref),
    frozen: first?.frozen ?? null,
    channels: classes.map(({ channels }) => channels),
  };
}

function placeLabels(
  p: Propagation,
  unitOf: ReadonlyMap<Label, readonly [group: number, unit: number]>,
): Pick<ChannelMap, 'values' | 'params'> {
  const place = (axis: number, labels: Int32Array): AxisLabels => {
    const units = Array.from(labels, (label) => unitOf.get(p.labels.find(label)) ?? [-1, 0]);
    return { axis, group: Int32Array.from(units, ([g]) => g), unit: Int32Array.from(units, ([, u]) => u) };
  };
  const belongs = ({ group }: AxisLabels) => group.some((index) => index >= 0);
  const values = new Map<ValueId, AxisLabels>();
  for (const [id, carried] of p.values) {
    const placed = carried.axis === null ? null : place(carried.axis, carried.labels);
    if (placed && belongs(placed)) values.set(id, placed);
  }
  const params = new Map<ValueId, AxisLabels[]>();
  for (const { param, axis, labels } of p.params.entries()) {
    const placed = place(axis, labels);
    if (belongs(placed)) params.set(param.id, [...(params.get(param.id) ?? []), placed]);
  }
  return { values, params };
}
