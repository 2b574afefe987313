import type { ValueId } from '../../../graph/graph';
import type { BinaryKind, UnaryKind } from '../../../graph/nodes';
import type { OpContext, OpReader, OpTable, Operand } from '../context';
import type { Activation } from '../values';
import { withoutBatch } from './batch';
import { elementsOf, unsupported, type Constant } from '../../constants/constant';
import { isFloat, typeName } from '../../constants/element-types';

/**
 * A constant as a param that broadcasts. Leading axes of length 1 are dropped, so that a per-channel constant is a
 * vector.
 */
export function broadcastParam(context: OpContext, constant: Constant): ValueId {
  const first = constant.shape.findIndex((dim) => dim !== 1);
  const perm = constant.shape.map((_, axis) => axis).slice(first < 0 ? constant.shape.length : first);
  const trained = constant.origin?.trained === true && elementsOf(constant.shape) > 1;
  return context.param(constant, { role: trained ? 'weight' : 'constant', perm });
}

/** Real numbers broadcast to one shape, in numpy's way. */
export function binary(context: OpContext, kind: BinaryKind, a: Operand, b: Operand): Activation {
  for (const { type } of [a, b])
    if (!isFloat(type)) unsupported(`it computes with ${typeName(type)} numbers`);
  return combined(context, kind, a, b);
}

/** As `binary`, for what is right on numbers of any type. */
export function combined(context: OpContext, kind: BinaryKind, a: Operand, b: Operand): Activation {
  const rank = Math.max(a.shape.length, b.shape.length);
  const place = (operand: Operand) => {
    if (operand.kind === 'activation') return operand.id;
    // Only as many leading axes of length 1 are dropped as the other operand can give back.
    const other = operand === a ? b : a;
    return other.shape.length < rank ? context.fixed(operand).id : broadcastParam(context, operand);
  };
  for (const operand of [a, b])
    if (operand.shape.length < rank && operand.kind === 'activation' && operand.shape[0] === null)
      unsupported('it puts the batch on another axis');
  return context.result(context.add({ op: 'binary', kind, inputs: [place(a), place(b)] }));
}

function binaryReader(kind: BinaryKind): OpReader {
  return (context) => binary(context, kind, context.operand(0), context.operand(1));
}

function addN(context: OpContext): Activation {
  const [first, ...rest] = context.operands();
  if (!first) return context.node.fail('it adds nothing.');
  const start = first.kind === 'activation' ? first : context.fixed(first);
  return rest.reduce<Activation>((sum, next) => binary(context, 'add', sum, next), start);
}

function squaredDifference(context: OpContext): Activation {
  const difference = binary(context, 'sub', context.operand(0), context.operand(1));
  return unary(context, { kind: 'square' }, difference);
}

function floorDivision(context: OpContext): Activation {
  return unary(context, { kind: 'floor' }, binary(context, 'div', context.operand(0), context.operand(1)));
}

/** 0 wherever the divisor is 0. */
function divisionOrZero(context: OpContext): Activation {
  const divisor = context.operand(1);
  const quotient = binary(context, 'div', context.operand(0), divisor);
  const id = divisor.kind === 'activation' ? divisor.id : broadcastParam(context, divisor);
  const isZero = context.add({ op: 'binary', kind: 'equal', inputs: [id, context.scalar(0)] });
  return context.result(context.add({ op: 'where', inputs: [isZero, context.scalar(0), quotient.id] }));
}

function unary(context: OpContext, fn: UnaryKind, value: Activation): Activation {
  const result = context.result(context.add({ op: 'unary', fn, inputs: [value.id] }));
  return value.withoutBatch ? withoutBatch(result) : result;
}

function reader(fn: (context: OpContext) => UnaryKind): OpReader {
  return (context) => unary(context, fn(context), context.real(0));
}

const plain = (fn: UnaryKind) => reader(() => fn);

function prelu(context: OpContext): Activation {
  return withSlopes(context, context.real(0), context.constant(1));
}

export function withSlopes(context: OpContext, value: Activation, slopes: Constant): Activation {
  return context.result(context.add({ op: 'prelu', inputs: [value.id, broadcastParam(context, slopes)] }));
}

export const elementwise: OpTable = {
  Add: binaryReader('add'),
  AddV2: binaryReader('add'),
  Sub: binaryReader('sub'),
  Mul: binaryReader('mul'),
  RealDiv: binaryReader('div'),
  Div: binaryReader('div'),
  DivNoNan: divisionOrZero,
  Pow: binaryReader('pow'),
  Maximum: binaryReader('max'),
  Minimum: binaryReader('min'),
  AddN: addN,
  SquaredDifference: squaredDifference,
  FloorDiv: floorDivision,
  Prelu: prelu,
  Relu: plain({ kind: 'relu' }),
  Relu6: plain({ kind: 'clip', min: 0, max: 6 }),
  Elu: plain({ kind: 'elu', alpha: 1 }),
  Selu: plain({ kind: 'selu' }),
  LeakyRelu: reader(({ attributes }) => ({ kind: 'leakyRelu', alpha: attributes.float('alpha', 0.2) })),
  Sigmoid: plain({ kind: 'sigmoid' }),
  Tanh: plain({ kind: 'tanh' }),
  Softplus: plain({ kind: 'softplus' }),
  Softsign: plain({ kind: 'softsign' }),
  Erf: plain({ kind: 'erf' }),
  Exp: plain({ kind: 'exp' }),
  Log: plain({ kind: 'log' }),
  Sqrt: plain({ kind: 'sqrt' }),
  Rsqrt: plain({ kind: 'rsqrt' }),
  Square: plain({ kind: 'square' }),
  Abs: plain({ kind: 'abs' }),
  Neg: plain({ kind: 'neg' }),
  Reciprocal: plain({ kind: 'reciprocal' }),
  Floor: plain({ kind: 'floor' }),
  Ceil: plain({ kind: 'ceil' }),
  Round: plain({ kind: 'round' }),
  Sign: plain({ kind: 'sign' }),
  Sin: plain({ kind: 'sin' }),
  Cos: plain({ kind: 'cos' }),
  ClipByValue: reader((context) => ({ kind: 'clip', min: context.number(1), max: context.number(2) })),
};
