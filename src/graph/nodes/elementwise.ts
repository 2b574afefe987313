import type { NodeBase, ValueId } from './base';

export type ArithmeticKind = 'add' | 'sub' | 'mul' | 'div' | 'pow' | 'min' | 'max' | 'mod';

/** 1 where it holds, 0 elsewhere; `and`, `or` and `xor` take everything but 0 as true. */
export type LogicKind =
  'equal' | 'greater' | 'greaterOrEqual' | 'less' | 'lessOrEqual' | 'and' | 'or' | 'xor';

/** `mod` has the sign of the divisor. */
export type BinaryKind = ArithmeticKind | LogicKind;

/** numpy broadcasting; an operand may be a param */
export interface BinaryNode extends NodeBase {
  readonly op: 'binary';
  readonly kind: BinaryKind;
  readonly inputs: readonly [ValueId, ValueId];
}

/** inputs: condition, yes, no, which broadcast → yes where the condition is not 0, else no */
export interface WhereNode extends NodeBase {
  readonly op: 'where';
  readonly inputs: readonly [ValueId, ValueId, ValueId];
}

export type UnaryKind =
  | { readonly kind: 'relu' | 'sigmoid' | 'tanh' | 'softplus' | 'softsign' | 'erf' | 'exp' | 'log' | 'sqrt' }
  | { readonly kind: 'abs' | 'neg' | 'reciprocal' | 'floor' | 'ceil' | 'round' | 'sign' | 'square' | 'rsqrt' }
  | { readonly kind: 'hardSwish' | 'silu' | 'mish' | 'selu' | 'sin' | 'cos' }
  | { readonly kind: 'leakyRelu' | 'elu' | 'celu' | 'thresholdedRelu'; readonly alpha: number }
  | { readonly kind: 'hardSigmoid'; readonly alpha: number; readonly beta: number }
  | { readonly kind: 'gelu'; readonly approximate: 'none' | 'tanh' }
  | { readonly kind: 'clip'; readonly min: number; readonly max: number };

export interface UnaryNode extends NodeBase {
  readonly op: 'unary';
  readonly fn: UnaryKind;
  readonly inputs: readonly [ValueId];
}

/** inputs: x, slope (broadcasts to x) */
export interface PReluNode extends NodeBase {
  readonly op: 'prelu';
  readonly inputs: readonly [ValueId, ValueId];
}

export interface SoftmaxNode extends NodeBase {
  readonly op: 'softmax' | 'logSoftmax';
  readonly inputs: readonly [ValueId];
  readonly axis: number;
}
