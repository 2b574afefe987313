import { pad, reshape, slice } from '@tensorflow/tfjs-core';
import type { Rank, Tensor } from '@tensorflow/tfjs-core';

/** [outer, length, inner] of a shape around an axis: what lies before it, itself, and what lies after it. */
export function around(
  shape: readonly number[],
  axis: number,
): [outer: number, length: number, inner: number] {
  const product = (part: readonly number[]) => part.reduce((size, dim) => size * dim, 1);
  return [product(shape.slice(0, axis)), shape[axis] ?? 1, product(shape.slice(axis + 1))];
}

/** `shape` with another length at `axis`. */
export function withLength(shape: readonly number[], axis: number, length: number): number[] {
  return shape.map((dim, index) => (index === axis ? length : dim));
}

/** Puts `factor`−1 zeros after every element along `axis`, so its length grows by `factor`. */
export function insertZeros(x: Tensor, axis: number, factor: number): Tensor {
  if (factor === 1) return x;
  const [outer, length, inner] = around(x.shape, axis);
  const spread = pad(reshape(x, [outer * length, 1, inner]), [
    [0, 0],
    [0, factor - 1],
    [0, 0],
  ]);
  return reshape(spread, withLength(x.shape, axis, length * factor));
}

/** Every `step`-th element along `axis`, from the first: plain slices and reshapes, so that it has a gradient. */
export function everyNth(x: Tensor, axis: number, step: number): Tensor {
  if (step === 1) return x;
  const [outer, length, inner] = around(x.shape, axis);
  const count = Math.ceil(length / step);
  const flat = reshape(x, [outer, length, inner]);
  const padded = pad(flat, [
    [0, 0],
    [0, count * step - length],
    [0, 0],
  ]);
  const kept = slice(reshape(padded, [outer * count, step, inner]), [0, 0, 0], [-1, 1, -1]);
  return reshape(kept, withLength(x.shape, axis, count));
}

/** A part of one axis. */
export function sliceAxis<R extends Rank>(
  x: Tensor<R>,
  axis: number,
  start: number,
  count: number,
): Tensor<R> {
  if (start === 0 && count === x.shape[axis]) return x;
  const begin = x.shape.map((_, index) => (index === axis ? start : 0));
  const size = withLength(x.shape, axis, count);
  return slice(x, begin, size);
}
