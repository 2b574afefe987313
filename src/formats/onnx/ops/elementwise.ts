import type { BinaryKind } from '../../../graph/nodes';
import type { OpContext, OpReader, OpTable } from '../context';
import { home } from '../layout';
import type { Activation, Tensor } from '../values';
import { meet, operand, type Operand } from './broadcast';
import { unsupported } from '../../constants/constant';
import { isFloat, typeName } from '../../constants/element-types';

/** Results that are one of the operands are as exact as they are, whatever their type. */
const EXACT: readonly BinaryKind[] = ['min', 'max'];

function checkType(kind: BinaryKind, type: number): void {
  if (!isFloat(type) && !EXACT.includes(kind)) unsupported(`it computes with ${typeName(type)} numbers`);
}

/** Both operands broadcast to one shape and meet in one arrangement. */
export function binary(context: OpContext, kind: BinaryKind, a: Operand, b: Operand): Activation {
  checkType(kind, a.type);
  const {
    inputs: [left = '', right = ''],
    perm,
  } = meet(context, [a, b]);
  return context.result(context.add({ op: 'binary', kind, inputs: [left, right] }), perm, 0, a.type);
}

function binaryReader(kind: BinaryKind): OpReader {
  return (context) => {
    const [a, b] = [operand(context, 0), operand(context, 1)];
    return binary(context, kind, a, alignedAtAxis(context, a, b));
  };
}

/** Opset 6 aligns the second operand with the first at `axis`, not at the end. */
function alignedAtAxis({ attributes }: OpContext, a: Operand, b: Operand): Operand {
  const axis = attributes.int('axis');
  if (axis === undefined) return b;
  const missing = a.shape.length - axis - b.shape.length;
  if (missing === 0) return b;
  if (b.kind !== 'constant' || missing < 0) return unsupported('it broadcasts in the way of opset 6');
  const ones = new Array<number>(missing).fill(1);
  const origin = b.origin && { ...b.origin, axes: [...b.origin.axes, ...ones.map(() => -1)] };
  return { ...b, shape: [...b.shape, ...ones], origin };
}

function variadic(kind: BinaryKind): OpReader {
  return (context) => chain(context, kind);
}

function chain(context: OpContext, kind: BinaryKind): Activation {
  const first = operand(context, 0);
  const rest = context.node.inputs.slice(1).map((_, i) => operand(context, i + 1));
  const start = first.kind === 'activation' ? first : context.activation(0);
  checkType(kind, start.type);
  return rest.reduce<Activation>((sum, next) => binary(context, kind, sum, next), start);
}

function mean(context: OpContext): Tensor {
  const sum = chain(context, 'add');
  const perm = home(sum);
  const share = context.scalar(1 / context.node.inputs.length);
  const id = context.add({ op: 'binary', kind: 'mul', inputs: [context.arranged(sum, perm), share] });
  return context.result(id, perm);
}

function pow(context: OpContext): Tensor {
  const [base, exponent] = [operand(context, 0), operand(context, 1)];
  const power = exponent.kind === 'constant' && exponent.shape.length === 0 ? exponent.data[0] : undefined;
  if (base.kind === 'activation' && (power === 2 || power === 0.5)) {
    const value = context.real(0);
    const fn = power === 2 ? ({ kind: 'square' } as const) : ({ kind: 'sqrt' } as const);
    const perm = home(value);
    const id = context.add({ op: 'unary', fn, inputs: [context.arranged(value, perm)] });
    return context.result(id, perm);
  }
  return binary(context, 'pow', base, exponent);
}

export const elementwise: OpTable = {
  Add: binaryReader('add'),
  Sub: binaryReader('sub'),
  Mul: binaryReader('mul'),
  Div: binaryReader('div'),
  Pow: pow,
  Max: variadic('max'),
  Min: variadic('min'),
  Sum: variadic('add'),
  Mean: mean,
};
