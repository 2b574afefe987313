import type { AxisLabels, ChannelMap, KeepLists } from './channel-types';
import type { ChannelCount, CostModel, LayerCost } from './cost-model';
import { fixedBatch, shapeOf, type Graph, type Param } from './graph';
import { isKernelNode, type GraphNode, type KernelNode } from './nodes';
import { paramSlices } from './keep';
import { kernelAxes, kernelInputs } from './rules/kernels';
import { elements } from './shape';

/** Multiply-accumulates of all convolutions, transposed convolutions and dense layers, for one input. */
export function graphMacs(graph: Graph): number {
  return graph.nodes.reduce((total, node) => total + nodeMacs(graph, node), 0);
}

/** Multiply-accumulates of one node, for one input; 0 where it has no kernel. */
export function nodeMacs(graph: Graph, node: GraphNode): number {
  if (!isKernelNode(node)) return 0;
  const { shape } = kernelOf(graph, node);
  const axes = kernelAxes(node);
  return macsFactor(graph, node) * (shape[axes.output] ?? 0) * (shape[axes.input] ?? 0);
}

/** Learnable parameters that the nodes use; tied weights count once. */
export function graphParams(graph: Graph): number {
  return [...learnable(graph).values()].reduce((total, { shape }) => total + elements(shape), 0);
}

/** MACs of the network sliced by `keep`, without slicing it: exact for any choice of units. */
export function keptMacs(graph: Graph, channels: ChannelMap, keep: KeepLists): number {
  const sizes = keptSizes(channels, keep);
  return graph.nodes.filter(isKernelNode).reduce((total, node) => {
    const shape = sizes(kernelOf(graph, node));
    const axes = kernelAxes(node);
    return total + macsFactor(graph, node) * (shape[axes.output] ?? 0) * (shape[axes.input] ?? 0);
  }, 0);
}

/** Learnable params of the network sliced by `keep`, without slicing it. */
export function keptParams(graph: Graph, channels: ChannelMap, keep: KeepLists): number {
  const sizes = keptSizes(channels, keep);
  return [...learnable(graph).values()].reduce((total, param) => total + elements(sizes(param)), 0);
}

/** What a param's shape becomes. */
function keptSizes(channels: ChannelMap, keep: KeepLists): (param: Param) => readonly number[] {
  const slices = paramSlices(channels, keep);
  return ({ id, shape }) => {
    const taken = slices.get(id) ?? [];
    return shape.map((dim, axis) => taken.find((slice) => slice.axis === axis)?.indices.length ?? dim);
  };
}

/** Prices any choice of kept channels; frozen groups count as whole. */
export function costModel(graph: Graph, channels: ChannelMap): CostModel {
  const vectors = learnable(graph);
  const layers: LayerCost[] = [];
  for (const node of graph.nodes.filter(isKernelNode)) {
    const kernel = kernelOf(graph, node);
    const [height, width] = node.op === 'dense' ? [1, 1] : kernel.shape;
    const axes = kernelAxes(node);
    const owns = vectors.delete(tensorOf(kernel));
    layers.push({
      name: kernel.name,
      out: channelCount(kernel, axes.output, channels),
      in: channelCount(kernel, axes.input, channels),
      macsFactor: macsFactor(graph, node),
      paramsFactor: owns ? (height ?? 1) * (width ?? 1) : 0,
      bias: owns && takeBias(graph, node, kernel, vectors),
    });
  }
  return { layers, vectors: [...vectors.values()].map((param) => vectorCost(param, channels)) };
}

/** Whether the layer's bias counts with it: one for each of its kernel's output channels, and not counted before. */
function takeBias(graph: Graph, node: KernelNode, kernel: Param, uncounted: Map<string, Param>): boolean {
  const bias = graph.params.get(kernelInputs(node).bias ?? '');
  if (bias?.shape[0] !== kernel.shape[kernelAxes(node).output]) return false;
  return bias !== undefined && uncounted.delete(tensorOf(bias));
}

function vectorCost(param: Param, channels: ChannelMap): CostModel['vectors'][number] {
  const axis = channels.params.get(param.id)?.[0]?.axis ?? 0;
  const count = channelCount(param, axis, channels);
  return { count, factor: elements(param.shape.filter((_, other) => other !== axis)) };
}

function channelCount(param: Param, axis: number, channels: ChannelMap): ChannelCount {
  const labels = channels.params.get(param.id)?.find((candidate) => candidate.axis === axis);
  return labels ? countLabels(labels, channels) : { fixed: param.shape[axis] ?? 1, perUnit: {} };
}

function countLabels(labels: AxisLabels, channels: ChannelMap): ChannelCount {
  let fixed = 0;
  const perUnit: Record<string, number> = {};
  for (const index of labels.group) {
    const group = channels.groups[index];
    if (!group || group.frozen !== null) fixed += 1;
    else perUnit[group.id] = (perUnit[group.id] ?? 0) + 1 / group.size;
  }
  return { fixed, perUnit };
}

/** Distinct learnable tensors that the nodes use. */
function learnable(graph: Graph): Map<string, Param> {
  const params = graph.nodes.flatMap((node) => node.inputs.map((id) => graph.params.get(id)));
  return new Map(params.flatMap((param) => (param?.role === 'weight' ? [[tensorOf(param), param]] : [])));
}

function tensorOf(param: Param): string {
  return param.source?.tensor ?? param.id;
}

/** MACs for each pair of kernel input and output channel: kernel area × positions, for one input. */
function macsFactor(graph: Graph, node: KernelNode): number {
  const { shape } = kernelOf(graph, node);
  const swept = node.op === 'convTranspose2d' ? kernelInputs(node).x : node.output;
  const positions = elements(shapeOf(graph, swept).slice(0, -1)) / (fixedBatch(graph) ?? 1);
  return node.op === 'dense' ? positions : positions * (shape[0] ?? 1) * (shape[1] ?? 1);
}

function kernelOf(graph: Graph, node: KernelNode): Param {
  const kernel = graph.params.get(kernelInputs(node).kernel);
  if (!kernel) throw new Error(`${node.op} "${node.source}" has no kernel among the params.`);
  return kernel;
}
