import type { Shape, ValueId } from '../../../graph/graph';
import type { OpContext } from '../context';
import { home, identityPerm, isIdentity } from '../layout';
import type { Activation } from '../values';
import { broadcastShapes } from '../../constants/broadcast';
import { unsupported, type Constant } from '../../constants/constant';

/** The arrangement in which operands meet: that of the operand with most axes longer than 1. */
export function commonArrangement(operands: readonly Activation[], rank: number): readonly number[] {
  const full = operands.filter((operand) => operand.shape.length === rank);
  const extent = (operand: Activation) => operand.shape.filter((dim) => dim !== 1).length;
  const widest = Math.max(0, ...full.map(extent));
  const leading = full.filter((operand) => extent(operand) === widest).map(home);
  return leading.find((perm) => !isIdentity(perm)) ?? leading[0] ?? identityPerm(rank);
}

export type Operand = Activation | Constant;

/** An input that is known, as it is. */
export function operand(context: OpContext, index: number): Operand {
  const tensor = context.tensor(index);
  return tensor.kind === 'unknown' ? unsupported(tensor.cause) : tensor;
}

/** Operands of an elementwise operator, broadcast to one shape and in one arrangement, `perm`. */
export function meet(
  context: OpContext,
  operands: readonly Operand[],
): { readonly inputs: readonly ValueId[]; readonly perm: readonly number[] } {
  const rank = operands.reduce<Shape>((shape, { shape: next }) => broadcastShapes(shape, next), []).length;
  const widened = operands.map((value) =>
    value.kind === 'activation' ? withRank(context, value, rank) : value,
  );
  const perm = commonArrangement(
    widened.filter((value) => value.kind === 'activation'),
    rank,
  );
  const inputs = widened.map((value) =>
    value.kind === 'activation' ? context.arranged(value, perm) : constantOperand(context, value, perm),
  );
  return { inputs, perm };
}

/** An operand of lower rank is given leading axes of length 1. */
export function withRank(context: OpContext, value: Activation, rank: number): Activation {
  const missing = rank - value.shape.length;
  if (missing === 0) return value;
  if (value.shape.includes(null)) unsupported('it would put the batch on another axis');
  return context.reshaped(value, [...new Array<number>(missing).fill(1), ...value.shape]);
}

/**
 * A constant as a param that broadcasts to an arrangement of `rank` axes. Leading axes of length 1 are dropped, so
 * that a per-channel constant is a vector.
 */
export function constantOperand(context: OpContext, constant: Constant, perm: readonly number[]): ValueId {
  const missing = perm.length - constant.shape.length;
  const axes = perm.map((axis) => Math.max(axis - missing, -1));
  const first = axes.findIndex((axis) => axis >= 0 && constant.shape[axis] !== 1);
  const kept = first < 0 ? [] : axes.slice(first);
  const trained = constant.origin?.trained === true && kept.length > 0;
  return context.param(constant, trained ? 'weight' : 'constant', kept);
}
