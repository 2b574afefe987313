import {
  abs,
  log,
  logSoftmax as lastLogSoftmax,
  logSumExp,
  max,
  mean,
  min,
  prod,
  reshape,
  softmax as lastSoftmax,
  sqrt,
  square,
  sum,
  transpose,
} from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ReduceNode } from '../../graph/nodes';

type Reducer = (x: Tensor, axes: number[], keepDims: boolean) => Tensor;

const REDUCERS: Readonly<Record<ReduceNode['kind'], Reducer>> = {
  mean,
  sum,
  max,
  min,
  // WebGPU's kernel forgets about keepDims.
  prod: (x, axes, keepDims) => reshape(prod(x, axes), reducedShape(x.shape, axes, keepDims)),
  l1: (x, axes, keepDims) => sum(abs(x), axes, keepDims),
  l2: (x, axes, keepDims) => sqrt(sum(square(x), axes, keepDims)),
  sumSquare: (x, axes, keepDims) => sum(square(x), axes, keepDims),
  logSum: (x, axes, keepDims) => log(sum(x, axes, keepDims)),
  logSumExp,
};

export function reduce(
  kind: ReduceNode['kind'],
  x: Tensor,
  axes: readonly number[],
  keepDims: boolean,
): Tensor {
  return REDUCERS[kind](x, [...axes], keepDims);
}

export const softmax = (x: Tensor, axis: number): Tensor => onLastAxis(x, axis, lastSoftmax);
export const logSoftmax = (x: Tensor, axis: number): Tensor => onLastAxis(x, axis, lastLogSoftmax);

function reducedShape(shape: readonly number[], axes: readonly number[], keepDims: boolean): number[] {
  return shape.flatMap((dim, axis) => (axes.includes(axis) ? (keepDims ? [1] : []) : [dim]));
}

/** tfjs knows the softmaxes of the last axis only. */
function onLastAxis(x: Tensor, axis: number, apply: (x: Tensor) => Tensor): Tensor {
  const last = x.rank - 1;
  if (axis === last) return apply(x);
  const swap = x.shape.map((_, index) => (index === axis ? last : index === last ? axis : index));
  return transpose(apply(transpose(x, swap)), swap);
}
