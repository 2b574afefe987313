import type { LogicKind } from '../../../graph/nodes';
import type { OpContext, OpReader, OpTable } from '../context';
import { home } from '../layout';
import type { Tensor } from '../values';
import { meet, operand, type Operand } from './broadcast';
import { unsupported } from '../../constants/constant';
import { DataType, isFloat } from '../../constants/element-types';

function compare(context: OpContext, kind: LogicKind, a: Operand, b: Operand): Tensor {
  const {
    inputs: [left = '', right = ''],
    perm,
  } = meet(context, [a, b]);
  const id = context.add({ op: 'binary', kind, inputs: [left, right] });
  return context.result(id, perm, 0, DataType.BOOL);
}

function logic(kind: LogicKind): OpReader {
  return (context) => compare(context, kind, operand(context, 0), operand(context, 1));
}

function not(context: OpContext): Tensor {
  const value = context.activation(0);
  const perm = home(value);
  const inputs = [context.arranged(value, perm), context.scalar(0)] as const;
  return context.result(context.add({ op: 'binary', kind: 'equal', inputs }), perm, 0, DataType.BOOL);
}

function where(context: OpContext): Tensor {
  const operands = [0, 1, 2].map((index) => operand(context, index));
  const { inputs, perm } = meet(context, operands);
  const [condition = '', yes = '', no = ''] = inputs;
  const id = context.add({ op: 'where', inputs: [condition, yes, no] });
  return context.result(id, perm, 0, operands[1]?.type);
}

/** The remainder of real numbers has the sign of the dividend. */
function mod(context: OpContext): Tensor {
  const [a, b] = [operand(context, 0), operand(context, 1)];
  if (!isFloat(a.type) || context.attributes.int('fmod', 0) === 0) unsupported('it divides whole numbers');
  const {
    inputs: [dividend = '', divisor = ''],
    perm,
  } = meet(context, [a, b]);
  const unary = (kind: 'abs' | 'sign', id: string) =>
    context.add({ op: 'unary', fn: { kind }, inputs: [id] });
  const inputs = [unary('abs', dividend), unary('abs', divisor)] as const;
  const rest = context.add({ op: 'binary', kind: 'mod', inputs });
  const id = context.add({ op: 'binary', kind: 'mul', inputs: [unary('sign', dividend), rest] });
  return context.result(id, perm);
}

export const logics: OpTable = {
  Equal: logic('equal'),
  Greater: logic('greater'),
  GreaterOrEqual: logic('greaterOrEqual'),
  Less: logic('less'),
  LessOrEqual: logic('lessOrEqual'),
  And: logic('and'),
  Or: logic('or'),
  Xor: logic('xor'),
  Not: not,
  Where: where,
  Mod: mod,
};
