import type { ValueId } from '../graph';
import type { MatMulNode } from '../nodes';
import type { Carried, Propagation } from '../propagation';

/** Axes of the two operands that are multiplied and summed. */
export function contractedAxes(
  p: { shape(id: ValueId): readonly unknown[] },
  node: MatMulNode,
): [number, number] {
  const [a, b] = node.inputs.map((id) => p.shape(id).length);
  return [(a ?? 0) - (node.transposeA ? 2 : 1), (b ?? 0) - (node.transposeB ? 1 : 2)];
}

/** Summed channels go together; those of a row, column or batch axis pass when nothing else has channels. */
export function matmul(p: Propagation, node: MatMulNode): Carried {
  const [a, b] = node.inputs;
  const [sumA, sumB] = contractedAxes(p, node);
  const result: Carried = { axis: null, reason: `tied to the result of "${node.source}"` };
  if (p.carried(a).axis === sumA || p.carried(b).axis === sumB) {
    p.labels.uniteAll(p.along(a, sumA), p.along(b, sumB));
    return result;
  }
  const rank = p.shape(node.output).length;
  const left = pass(p, a, rank, rank - 2);
  const right = pass(p, b, rank, rank - 1);
  if (left.axis === null && right.axis === null) return left;
  if (left.axis !== null && staysWhole(p, node, left, b)) return left;
  if (right.axis !== null && staysWhole(p, node, right, a)) return right;
  if (left.axis !== null && left.axis === right.axis && left.labels.length === right.labels.length) {
    p.labels.uniteAll(left.labels, right.labels);
    return left;
  }
  for (const id of node.inputs) p.freeze(id, `meets other channels in "${node.source}"`);
  return result;
}

/** What an operand's channels are in the output: on a batch axis, or on its own row or column axis `own`. */
function pass(p: Propagation, id: ValueId, outputRank: number, own: number): Carried {
  const carried = p.carried(id);
  if (carried.axis === null) return carried;
  const fromEnd = p.shape(id).length - carried.axis;
  return { axis: fromEnd > 2 ? outputRank - fromEnd : own, labels: carried.labels };
}

/** The other operand brings no channels and, on a batch axis, a single matrix. */
function staysWhole(
  p: Propagation,
  node: MatMulNode,
  carried: Carried & { readonly axis: number },
  other: ValueId,
): boolean {
  if (p.carried(other).axis !== null) return false;
  const fromEnd = p.shape(node.output).length - carried.axis;
  const single = fromEnd <= 2 || p.size(other, p.shape(other).length - fromEnd) === 1;
  return single && p.size(node.output, carried.axis) === carried.labels.length;
}
