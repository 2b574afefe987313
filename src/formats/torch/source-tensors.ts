import type { Graph, Param } from '../../graph/graph';
import { isKernelNode, type GraphNode } from '../../graph/nodes';
import { transposed } from '../constants/strided';

/** A weight of the ONNX file as the graph uses it. */
export interface SourceTensor {
  readonly name: string;
  /** In the file's axis order. Axes of length 1 may be missing. */
  readonly shape: readonly number[];
  /** The file's axis that each axis of `shape` is. */
  readonly axes: readonly number[];
  readonly role: Param['role'];
  /** Row-major in that order. */
  readonly data: Float32Array;
  /** The layer whose kernel it is, and its axis of output channels in `shape`. */
  readonly kernelOf: { readonly node: GraphNode; readonly outputAxis: number } | null;
}

/** The tensors that the graph's params were taken from, by name. */
export function sourceTensors(graph: Graph): ReadonlyMap<string, SourceTensor> {
  const kernels = new Map(graph.nodes.filter(isKernelNode).map((node) => [node.inputs[1], node]));
  const tensors = new Map<string, SourceTensor>();
  for (const param of graph.params.values()) {
    if (!param.source || tensors.has(param.source.tensor)) continue;
    const { tensor: name, axes: from } = param.source;
    // Canonical axes in the order of the file's.
    const order = from
      .map((axis, canonical) => ({ axis, canonical }))
      .filter(({ axis }) => axis >= 0)
      .sort((a, b) => a.axis - b.axis);
    const node = kernels.get(param.id);
    tensors.set(name, {
      name,
      shape: order.map(({ canonical }) => param.shape[canonical] ?? 1),
      axes: order.map(({ axis }) => axis),
      role: param.role,
      get data() {
        return transposed(
          param.data,
          param.shape,
          order.map(({ canonical }) => canonical),
        );
      },
      kernelOf: node
        ? { node, outputAxis: order.findIndex(({ canonical }) => canonical === outputAxis(node, param)) }
        : null,
    });
  }
  return tensors;
}

/** Kernels end with their output channels, transposed ones too until the last but one. */
function outputAxis(node: GraphNode, { shape }: Param): number {
  return shape.length - (node.op === 'convTranspose2d' ? 2 : 1);
}
