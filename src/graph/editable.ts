import type { Graph, Param, ValueId } from './graph';

/**
 * Params that may be given other numbers: weights and running statistics that a file stores as they are used.
 * Tensors that the graph uses in several ways are left out, as the ways would part.
 */
export function editableParams(graph: Graph): ReadonlyMap<ValueId, Param> {
  const uses = new Map<string, number>();
  const params = [...graph.params.values()].filter(({ role }) => role !== 'constant');
  for (const { source } of params) if (source) uses.set(source.tensor, (uses.get(source.tensor) ?? 0) + 1);
  const editable = params.filter(({ source }) => source && uses.get(source.tensor) === 1);
  return new Map(editable.map((param) => [param.id, param]));
}
