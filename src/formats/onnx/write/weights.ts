import { clone } from '@bufbuild/protobuf';
import { TensorProtoSchema, type GraphProto, type NodeProto, type TensorProto } from 'onnx-buf';
import type { ChannelMap, KeepLists } from '../../../graph/channel-types';
import type { Graph } from '../../../graph/graph';
import { paramSlices } from '../../../graph/slice';
import type { AxisSlice } from '../../../graph/take';
import type { ChangedTensor } from '../../changed-tensors';
import { encodeTensor } from './encode-tensor';
import { sliceTensor } from './slice-tensor';

/** Slices of each tensor of the file, by its name and along its own axes. */
export type TensorSlices = ReadonlyMap<string, readonly AxisSlice[]>;

export function tensorSlices(graph: Graph, channels: ChannelMap, keep: KeepLists): TensorSlices {
  const slices = new Map<string, Map<number, AxisSlice>>();
  for (const [id, taken] of paramSlices(channels, keep)) {
    const source = graph.params.get(id)?.source;
    if (!source) continue;
    const byAxis = slices.get(source.tensor) ?? new Map<number, AxisSlice>();
    slices.set(source.tensor, byAxis);
    for (const { axis, indices } of taken) {
      const sourceAxis = source.axes[axis] ?? -1;
      if (sourceAxis >= 0) byAxis.set(sourceAxis, { axis: sourceAxis, indices });
    }
  }
  return new Map([...slices].map(([tensor, byAxis]) => [tensor, [...byAxis.values()]]));
}

/**
 * Slices the tensors where they are held, and gives them the numbers that changed: initializers, Constant nodes, and
 * Identity nodes that share another's tensor, which become initializers of their own when they part from it.
 */
export function sliceWeights(
  graph: GraphProto,
  slices: TensorSlices,
  changed: ReadonlyMap<string, ChangedTensor>,
  external: (tensor: TensorProto) => Uint8Array,
): void {
  const initializers = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  const makers = new Map(graph.node.flatMap((node) => node.output.map((name) => [name, node] as const)));
  const held = (name: string): TensorProto | undefined =>
    initializers.get(name) ?? literalOf(makers.get(name));
  const copies = [...makers].flatMap(([name, node]) => {
    const root = node.opType === 'Identity' ? rootOf(name, makers) : name;
    const original = root === name ? undefined : held(root);
    const parts = changed.has(name) || changed.has(root);
    return original && (parts || !sameSlices(slices.get(name), slices.get(root)))
      ? [{ name, node, root, original }]
      : [];
  });
  const separate = copies.map(({ name, original }) => {
    const copy = clone(TensorProtoSchema, original);
    copy.name = name;
    sliceTensor(copy, slices.get(name) ?? [], external);
    return copy;
  });
  const copied = new Set(copies.map(({ name }) => name));
  for (const [name, taken] of slices) {
    const tensor = copied.has(name) ? undefined : held(name);
    if (tensor) sliceTensor(tensor, taken, external);
  }
  const own = new Map(separate.map((tensor) => [tensor.name, tensor]));
  for (const [name, change] of changed) {
    const tensor = own.get(name) ?? held(name);
    if (tensor) encodeTensor(tensor, change, graph, external);
  }
  const dropped = new Set(copies.map(({ node }) => node));
  graph.node = graph.node.filter((node) => !dropped.has(node));
  graph.initializer.push(...separate);
}

function rootOf(name: string, makers: ReadonlyMap<string, NodeProto>): string {
  let root = name;
  for (let maker = makers.get(root); maker?.opType === 'Identity'; maker = makers.get(root))
    root = maker.input[0] ?? '';
  return root;
}

/** The tensor of a Constant node; lists of numbers are made into one. */
function literalOf(node: NodeProto | undefined): TensorProto | undefined {
  if (node?.opType !== 'Constant') return undefined;
  return node.attribute.find(({ name }) => name === 'value')?.t;
}

function sameSlices(a: readonly AxisSlice[] = [], b: readonly AxisSlice[] = []): boolean {
  const key = (slices: readonly AxisSlice[]) =>
    JSON.stringify(slices.toSorted((left, right) => left.axis - right.axis));
  return key(a) === key(b);
}
