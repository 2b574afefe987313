import {
  add,
  cast,
  div,
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  logicalAnd,
  logicalOr,
  logicalXor,
  maximum,
  minimum,
  mod,
  mul,
  neg,
  notEqual,
  pow,
  prelu as nativePrelu,
  relu,
  sub,
  where,
} from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { BinaryKind } from '../../graph/nodes';

const OPERATORS: Readonly<Record<BinaryKind, (a: Tensor, b: Tensor) => Tensor>> = {
  add,
  sub,
  mul,
  div,
  pow,
  min: minimum,
  max: maximum,
  mod,
  equal: asNumbers(equal),
  greater: asNumbers(greater),
  greaterOrEqual: asNumbers(greaterEqual),
  less: asNumbers(less),
  lessOrEqual: asNumbers(lessEqual),
  and: asNumbers((a, b) => logicalAnd(isTrue(a), isTrue(b))),
  or: asNumbers((a, b) => logicalOr(isTrue(a), isTrue(b))),
  xor: asNumbers((a, b) => logicalXor(isTrue(a), isTrue(b))),
};

function asNumbers(compare: (a: Tensor, b: Tensor) => Tensor): (a: Tensor, b: Tensor) => Tensor {
  return (a, b) => cast(compare(a, b), 'float32');
}

function isTrue(x: Tensor): Tensor {
  return notEqual(x, 0);
}

/** `yes` where `condition` is not 0, else `no`, with numpy broadcasting. */
export function select(condition: Tensor, yes: Tensor, no: Tensor): Tensor {
  return where(isTrue(condition), yes, no);
}

/** Elementwise with numpy broadcasting. */
export function binary(kind: BinaryKind, a: Tensor, b: Tensor): Tensor {
  return OPERATORS[kind](a, b);
}

/** x where x ≥ 0, else slope·x; `slope` broadcasts to x. */
export function prelu(x: Tensor, slope: Tensor): Tensor {
  const isPerChannel = slope.rank === 1 && slope.shape[0] === x.shape[x.rank - 1];
  return isPerChannel ? nativePrelu(x, slope) : sub(relu(x), mul(slope, relu(neg(x))));
}
