import {
  add,
  div,
  maximum,
  minimum,
  mul,
  neg,
  pow,
  prelu as nativePrelu,
  relu,
  sub,
} from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { BinaryKind } from '../../graph/graph';

const OPERATORS: Readonly<Record<BinaryKind, (a: Tensor, b: Tensor) => Tensor>> = {
  add,
  sub,
  mul,
  div,
  pow,
  min: minimum,
  max: maximum,
};

/** Elementwise with numpy broadcasting. */
export function binary(kind: BinaryKind, a: Tensor, b: Tensor): Tensor {
  return OPERATORS[kind](a, b);
}

/** x where x ≥ 0, else slope·x; `slope` broadcasts to x. */
export function prelu(x: Tensor, slope: Tensor): Tensor {
  const isPerChannel = slope.rank === 1 && slope.shape[0] === x.shape[x.rank - 1];
  return isPerChannel ? nativePrelu(x, slope) : sub(relu(x), mul(slope, relu(neg(x))));
}
