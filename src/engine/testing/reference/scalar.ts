import type { BinaryKind, UnaryKind } from '../../../graph/nodes';

export const BINARY: Readonly<Record<BinaryKind, (a: number, b: number) => number>> = {
  add: (a, b) => a + b,
  sub: (a, b) => a - b,
  mul: (a, b) => a * b,
  div: (a, b) => a / b,
  pow: (a, b) => a ** b,
  min: Math.min,
  max: Math.max,
  mod: (a, b) => a - b * Math.floor(a / b),
  equal: (a, b) => Number(a === b),
  greater: (a, b) => Number(a > b),
  greaterOrEqual: (a, b) => Number(a >= b),
  less: (a, b) => Number(a < b),
  lessOrEqual: (a, b) => Number(a <= b),
  and: (a, b) => Number(a !== 0 && b !== 0),
  or: (a, b) => Number(a !== 0 || b !== 0),
  xor: (a, b) => Number((a !== 0) !== (b !== 0)),
};

export function unary(fn: UnaryKind, x: number): number {
  const sigmoid = (v: number) => 1 / (1 + Math.exp(-v));
  const softplus = (v: number) => (v > 30 ? v : Math.log1p(Math.exp(v)));
  switch (fn.kind) {
    case 'relu':
      return Math.max(0, x);
    case 'sigmoid':
      return sigmoid(x);
    case 'tanh':
      return Math.tanh(x);
    case 'softplus':
      return softplus(x);
    case 'softsign':
      return x / (1 + Math.abs(x));
    case 'erf':
      return erf(x);
    case 'exp':
      return Math.exp(x);
    case 'log':
      return Math.log(x);
    case 'sqrt':
      return Math.sqrt(x);
    case 'abs':
      return Math.abs(x);
    case 'neg':
      return -x;
    case 'reciprocal':
      return 1 / x;
    case 'floor':
      return Math.floor(x);
    case 'ceil':
      return Math.ceil(x);
    case 'round':
      return Math.abs(x % 1) === 0.5 ? 2 * Math.round(x / 2) : Math.round(x);
    case 'sign':
      return Math.sign(x);
    case 'square':
      return x * x;
    case 'rsqrt':
      return 1 / Math.sqrt(x);
    case 'hardSwish':
      return x * Math.max(0, Math.min(1, x / 6 + 0.5));
    case 'silu':
      return x * sigmoid(x);
    case 'mish':
      return x * Math.tanh(softplus(x));
    case 'selu':
      return 1.0507009873554805 * (x > 0 ? x : 1.6732632423543772 * Math.expm1(x));
    case 'sin':
      return Math.sin(x);
    case 'cos':
      return Math.cos(x);
    case 'leakyRelu':
      return x >= 0 ? x : fn.alpha * x;
    case 'elu':
      return x >= 0 ? x : fn.alpha * Math.expm1(x);
    case 'celu':
      return Math.max(0, x) + Math.min(0, fn.alpha * Math.expm1(x / fn.alpha));
    case 'thresholdedRelu':
      return x > fn.alpha ? x : 0;
    case 'hardSigmoid':
      return Math.max(0, Math.min(1, fn.alpha * x + fn.beta));
    case 'gelu':
      return fn.approximate === 'none'
        ? 0.5 * x * (1 + erf(x / Math.SQRT2))
        : 0.5 * x * (1 + Math.tanh(Math.sqrt(2 / Math.PI) * (x + 0.044715 * x ** 3)));
    case 'clip':
      return Math.max(fn.min, Math.min(fn.max, x));
  }
}

/** Taylor series; converges to float64 accuracy for the small arguments of the tests. */
function erf(x: number): number {
  if (Math.abs(x) > 5) return Math.sign(x);
  let term = x;
  let sum = x;
  for (let n = 1; n < 120; n++) {
    term *= -(x * x) / n;
    sum += term / (2 * n + 1);
  }
  return (2 / Math.sqrt(Math.PI)) * sum;
}
