import type { UnaryKind } from '../../../graph/nodes';
import type { OpContext, OpReader, OpTable } from '../context';
import { home, identityPerm } from '../layout';
import type { Activation, Tensor } from '../values';
import { constantOperand, operand } from './broadcast';
import { broadcastShapes } from '../../constants/broadcast';
import { unsupported } from '../../constants/constant';

/** Applies `fn` element by element, in the arrangement the value has. */
function unary(context: OpContext, fn: UnaryKind, value: Activation): Activation {
  const perm = home(value);
  const id = context.add({ op: 'unary', fn, inputs: [context.arranged(value, perm)] });
  return context.result(id, perm, 0, value.type);
}

function reader(fn: (context: OpContext) => UnaryKind): OpReader {
  return (context) => unary(context, fn(context), context.real(0));
}

const plain = (fn: UnaryKind) => reader(() => fn);

const LARGEST_FLOAT = 3.4028234663852886e38;

function clip(context: OpContext): Tensor {
  const value = context.activation(0);
  const bound = (attribute: string, index: number, otherwise: number) =>
    context.optionalNumbers(index)?.[0] ?? context.attributes.float(attribute, otherwise);
  const min = bound('min', 1, -LARGEST_FLOAT);
  const max = bound('max', 2, LARGEST_FLOAT);
  return unary(context, { kind: 'clip', min: Math.min(min, max), max }, value);
}

function prelu(context: OpContext): Tensor {
  const value = context.real(0);
  const slope = operand(context, 1);
  if (slope.kind !== 'constant') unsupported('its slopes are computed');
  if (slope.shape.length > value.shape.length) unsupported('its slopes have more dimensions than its input');
  broadcastShapes(value.shape, slope.shape);
  const perm = home(value);
  const inputs = [context.arranged(value, perm), constantOperand(context, slope, perm)] as const;
  return context.result(context.add({ op: 'prelu', inputs }), perm);
}

function swish(context: OpContext): Tensor {
  const alpha = context.attributes.float('alpha', 1);
  const value = context.real(0);
  if (alpha === 1) return unary(context, { kind: 'silu' }, value);
  const perm = home(value);
  const x = context.arranged(value, perm);
  const scaled = context.add({ op: 'binary', kind: 'mul', inputs: [x, context.scalar(alpha)] });
  const gate = context.add({ op: 'unary', fn: { kind: 'sigmoid' }, inputs: [scaled] });
  return context.result(context.add({ op: 'binary', kind: 'mul', inputs: [x, gate] }), perm);
}

const SELU = { alpha: Math.fround(1.6732632423543772), gamma: Math.fround(1.0507009873554805) };

function selu(context: OpContext): Tensor {
  const alpha = context.attributes.float('alpha', SELU.alpha);
  const gamma = context.attributes.float('gamma', SELU.gamma);
  const value = context.real(0);
  if (Math.abs(alpha - SELU.alpha) < 1e-6 && Math.abs(gamma - SELU.gamma) < 1e-6)
    return unary(context, { kind: 'selu' }, value);
  const perm = home(value);
  const elu = unary(context, { kind: 'elu', alpha }, value);
  const inputs = [context.arranged(elu, perm), context.scalar(gamma)] as const;
  return context.result(context.add({ op: 'binary', kind: 'mul', inputs }), perm);
}

/** Before opset 13 the axes from `axis` on are taken as one. */
function softmax(op: 'softmax' | 'logSoftmax'): OpReader {
  return (context) => {
    const value = context.real(0);
    const rank = value.shape.length;
    const axis = context.axis(context.attributes.int('axis', context.node.opset < 13 ? 1 : -1), rank);
    context.size(value, axis);
    const tail = value.shape.slice(axis + 1);
    if (context.node.opset < 13 && tail.some((dim) => dim !== 1))
      return flatSoftmax(context, op, value, axis);
    const perm = home(value);
    const inputs = [context.arranged(value, perm)] as const;
    return context.result(context.add({ op, inputs, axis: perm.indexOf(axis) }), perm);
  };
}

function flatSoftmax(
  context: OpContext,
  op: 'softmax' | 'logSoftmax',
  value: Activation,
  axis: number,
): Activation {
  const joined = value.shape
    .slice(axis)
    .reduce<number>((size, _, i) => size * context.size(value, axis + i), 1);
  const flat = context.reshaped(value, [...value.shape.slice(0, axis), joined]);
  const perm = identityPerm(axis + 1);
  const id = context.add({ op, inputs: [context.arranged(flat, perm)], axis });
  return context.reshaped(context.result(id), value.shape);
}

function hardSigmoid({ attributes }: OpContext): UnaryKind {
  return { kind: 'hardSigmoid', alpha: attributes.float('alpha', 0.2), beta: attributes.float('beta', 0.5) };
}

export const activations: OpTable = {
  Relu: plain({ kind: 'relu' }),
  Sigmoid: plain({ kind: 'sigmoid' }),
  Tanh: plain({ kind: 'tanh' }),
  Softplus: plain({ kind: 'softplus' }),
  Softsign: plain({ kind: 'softsign' }),
  Erf: plain({ kind: 'erf' }),
  Exp: plain({ kind: 'exp' }),
  Log: plain({ kind: 'log' }),
  Sqrt: plain({ kind: 'sqrt' }),
  Abs: plain({ kind: 'abs' }),
  Neg: plain({ kind: 'neg' }),
  Reciprocal: plain({ kind: 'reciprocal' }),
  Floor: plain({ kind: 'floor' }),
  Ceil: plain({ kind: 'ceil' }),
  Round: plain({ kind: 'round' }),
  Sign: plain({ kind: 'sign' }),
  Sin: plain({ kind: 'sin' }),
  Cos: plain({ kind: 'cos' }),
  HardSwish: plain({ kind: 'hardSwish' }),
  Mish: plain({ kind: 'mish' }),
  Swish: swish,
  Selu: selu,
  LeakyRelu: reader(({ attributes }) => ({ kind: 'leakyRelu', alpha: attributes.float('alpha', 0.01) })),
  Elu: reader(({ attributes }) => ({ kind: 'elu', alpha: attributes.float('alpha', 1) })),
  Celu: reader(({ attributes }) => ({ kind: 'celu', alpha: attributes.float('alpha', 1) })),
  ThresholdedRelu: reader(({ attributes }) => ({
    kind: 'thresholdedRelu',
    alpha: attributes.float('alpha', 1),
  })),
  HardSigmoid: reader(hardSigmoid),
  Gelu: reader(({ attributes }) => ({
    kind: 'gelu',
    approximate: attributes.string('approximate', 'none') === 'tanh' ? 'tanh' : 'none',
  })),
  Clip: clip,
  PRelu: prelu,
  Softmax: softmax('softmax'),
  LogSoftmax: softmax('logSoftmax'),
};
