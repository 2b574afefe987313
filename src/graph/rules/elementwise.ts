import type { ValueId } from '../graph';
import type { BatchNormNode, ConcatNode, ExpandNode, GraphNode } from '../nodes';
import type { Carried, Propagation } from '../propagation';

/** Elementwise operators with broadcasting: the operands' channels go together. */
export function broadcasting(p: Propagation, node: GraphNode): Carried {
  const rank = p.shape(node.output).length;
  const own = (id: ValueId, axis: number) => axis - rank + p.shape(id).length;
  const axis = labelledAxis(p, node, own);
  if (axis === null) return unlabelled(p, node);
  const size = p.size(node.output, axis);
  const operands = node.inputs.flatMap((id) => {
    const at = own(id, axis);
    const brings = at >= 0 && p.size(id, at) === size && !(size === 1 && p.isParam(id));
    if (brings) return [p.along(id, at)];
    if (!p.isParam(id)) p.freeze(id, `spread over several channels by "${node.source}"`);
    return [];
  });
  return { axis, labels: unite(p, operands) };
}

/** The output axis along which the first operand that brings channels to it has them. */
function labelledAxis(
  p: Propagation,
  node: GraphNode,
  own: (id: ValueId, axis: number) => number,
): number | null {
  for (const id of node.inputs) {
    const carried = p.carried(id);
    if (carried.axis === null) continue;
    const axis = carried.axis - own(id, 0);
    if (p.size(node.output, axis) === carried.labels.length) return axis;
    p.freeze(id, `spread over several channels by "${node.source}"`);
  }
  return null;
}

function unlabelled(p: Propagation, node: GraphNode): Carried {
  const fixed = node.inputs.map((id) => p.carried(id)).find(({ axis }) => axis === null);
  return fixed ?? { axis: null, reason: `tied to the result of "${node.source}"` };
}

export function batchNorm(p: Propagation, node: BatchNormNode): Carried {
  const [x, ...vectors] = node.inputs;
  const last = p.shape(x).length - 1;
  const carried = p.carried(x);
  if (carried.axis !== null && carried.axis !== last) return carried;
  const labels = unite(p, [p.along(x, last), ...vectors.map((vector) => p.along(vector, 0))]);
  return carried.axis === null ? carried : { axis: last, labels };
}

/** Channels joined along the axis that carries them, or united where the joint runs along another. */
export function concat(p: Propagation, node: ConcatNode): Carried {
  const carried = node.inputs.map((id) => p.carried(id));
  const axes = new Set(carried.flatMap(({ axis }) => (axis === null ? [] : [axis])));
  const [first] = axes;
  if (first === undefined) return unlabelled(p, node);
  const axis = axes.has(node.axis) ? node.axis : first;
  const operands = node.inputs.map((id) => p.along(id, axis));
  if (axis !== node.axis) return { axis, labels: unite(p, operands) };
  return { axis, labels: Int32Array.from(operands.flatMap((labels) => [...labels])) };
}

export function expand(p: Propagation, node: ExpandNode): Carried {
  const [x] = node.inputs;
  const carried = p.carried(x);
  if (carried.axis === null) return carried;
  const axis = carried.axis + p.shape(node.output).length - p.shape(x).length;
  if (p.size(node.output, axis) === carried.labels.length) return { axis, labels: carried.labels };
  return p.freeze(x, `spread over several channels by "${node.source}"`);
}

function unite(p: Propagation, operands: readonly Int32Array[]): Int32Array {
  const [first = new Int32Array(), ...others] = operands;
  for (const other of others) p.labels.uniteAll(first, other);
  return first;
}
