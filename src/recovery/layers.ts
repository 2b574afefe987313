import { editableParams } from '../graph/editable';
import type { Graph, Param } from '../graph/graph';
import { isKernelNode, type KernelNode } from '../graph/nodes';
import { kernelAxes, kernelInputs } from '../graph/rules/kernels';

/** A layer whose kernel may be changed, with what takes a constant that is added to its output. */
export interface ChangeableLayer {
  readonly node: KernelNode;
  readonly kernel: Param;
  /** The layer's bias, or the mean that a batch norm after it subtracts; null where there is neither. */
  readonly shift: { readonly kind: 'bias' | 'mean'; readonly param: Param } | null;
}

/** In the order of the graph; layers that share a kernel or whose file holds none of their own are left out. */
export function changeableLayers(graph: Graph): readonly ChangeableLayer[] {
  const editable = editableParams(graph);
  const uses = new Map<string, number>();
  for (const id of graph.nodes.flatMap(({ inputs }) => inputs)) uses.set(id, (uses.get(id) ?? 0) + 1);
  const own = (id: string | undefined): Param | null =>
    (uses.get(id ?? '') === 1 && editable.get(id ?? '')) || null;
  return graph.nodes.filter(isKernelNode).flatMap((node) => {
    const { kernel: kernelId, bias } = kernelInputs(node);
    const kernel = own(kernelId);
    if (!kernel) return [];
    const norm = bias === undefined ? normAfter(graph, node, uses) : undefined;
    const param = own(bias ?? norm);
    return [{ node, kernel, shift: param && { kind: bias === undefined ? 'mean' : 'bias', param } }];
  });
}

/** The running mean of the batch norm that alone reads the layer. */
function normAfter(
  graph: Graph,
  { output }: KernelNode,
  uses: ReadonlyMap<string, number>,
): string | undefined {
  if (uses.get(output) !== 1 || graph.outputs.some(({ value }) => value === output)) return undefined;
  const reader = graph.nodes.find(({ inputs }) => inputs[0] === output);
  return reader?.op === 'batchNorm' ? reader.inputs[3] : undefined;
}

/** Whether the sliced layer reads fewer channels than the original one. */
export function readsFewer(original: Graph, { node, kernel }: ChangeableLayer): boolean {
  const axis = kernelAxes(node).input;
  return kernel.shape[axis] !== original.params.get(kernel.id)?.shape[axis];
}

/** The name a person knows the layer by. */
export function layerName({ node, kernel }: ChangeableLayer): string {
  return kernel.name || node.source;
}
