import {
  abs,
  add,
  ceil,
  clipByValue,
  cos,
  div,
  elu,
  erf,
  exp,
  fill,
  floor,
  greater,
  log,
  maximum,
  minimum,
  mul,
  neg,
  prelu,
  reciprocal,
  relu,
  relu6,
  round,
  rsqrt,
  selu,
  sigmoid,
  sign,
  sin,
  softplus,
  sqrt,
  square,
  tanh,
  where,
  zerosLike,
} from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { UnaryKind } from '../../graph/nodes';

/** The largest float32: XNNPACK's clamp refuses infinities. */
const LARGEST = 3.4028234663852886e38;

/** Applies an elementwise function; compositions are chosen for what is fast and right on every backend. */
export function unary(fn: UnaryKind, x: Tensor): Tensor {
  switch (fn.kind) {
    case 'leakyRelu':
      return leakyRelu(x, fn.alpha);
    case 'elu':
      return fn.alpha === 1 ? elu(x) : add(relu(x), mul(elu(atMost(x, 0)), fn.alpha));
    case 'celu':
      return add(relu(x), mul(elu(div(atMost(x, 0), fn.alpha)), fn.alpha));
    case 'thresholdedRelu':
      return where(greater(x, fn.alpha), x, zerosLike(x));
    case 'hardSigmoid':
      return clip(add(mul(x, fn.alpha), fn.beta), 0, 1);
    case 'gelu':
      return fn.approximate === 'none' ? gelu(x) : geluTanh(x);
    case 'clip':
      return clip(x, fn.min, fn.max);
    default:
      return SIMPLE[fn.kind](x);
  }
}

type SimpleKind = Exclude<
  UnaryKind['kind'],
  'leakyRelu' | 'elu' | 'celu' | 'thresholdedRelu' | 'hardSigmoid' | 'gelu' | 'clip'
>;

const SIMPLE: Readonly<Record<SimpleKind, (x: Tensor) => Tensor>> = {
  relu,
  sigmoid,
  tanh,
  softplus,
  softsign: (x) => div(x, add(abs(x), 1)),
  erf,
  exp,
  log,
  sqrt,
  abs,
  neg,
  reciprocal,
  floor,
  ceil,
  round,
  sign,
  square,
  rsqrt,
  hardSwish: (x) => mul(x, mul(relu6(add(x, 3)), 1 / 6)),
  silu: (x) => mul(x, sigmoid(x)),
  mish,
  selu,
  sin,
  cos,
};

/** As PReLU with a slope for each channel, which is ten times as fast as the native kernel on WASM. */
function leakyRelu(x: Tensor, alpha: number): Tensor {
  return prelu(x, fill([x.shape.at(-1) ?? 1], alpha));
}

/** Not `minimum`, which is ten times as slow on WASM. */
function atMost(x: Tensor, limit: number): Tensor {
  return clipByValue(x, -LARGEST, limit);
}

/** x·tanh(softplus(x)), where tanh(ln(1+e)) = e(e+2)/(e(e+2)+2); beyond 20 the ratio is 1 in float32. */
function mish(x: Tensor): Tensor {
  const e = exp(atMost(x, 20));
  const ratio = mul(e, add(e, 2));
  return mul(x, div(ratio, add(ratio, 2)));
}

function gelu(x: Tensor): Tensor {
  return mul(mul(x, 0.5), add(erf(mul(x, Math.SQRT1_2)), 1));
}

/** ½·x·(1+tanh(u)) = x·sigmoid(2u) */
function geluTanh(x: Tensor): Tensor {
  const cubic = mul(x, add(mul(square(x), 0.044715), 1));
  return mul(x, sigmoid(mul(cubic, 2 * Math.sqrt(2 / Math.PI))));
}

function clip(x: Tensor, min: number, max: number): Tensor {
  if (min === 0 && max === 6) return relu6(x);
  if (min === 0 && max === Infinity) return relu(x);
  if (min < max) return clipByValue(x, Math.max(min, -LARGEST), Math.min(max, LARGEST));
  return minimum(maximum(x, min), max);
}
