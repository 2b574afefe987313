import type { PadNode, ReduceNode } from '../../../graph/nodes';
import { at, atBroadcast, build, range, replaced, sizeOf, unravel } from './array';
import type { NdArray } from './array';

const REDUCERS: Readonly<Record<ReduceNode['kind'], (values: readonly number[]) => number>> = {
  sum,
  mean: (values) => sum(values) / values.length,
  max: (values) => Math.max(...values),
  min: (values) => Math.min(...values),
  prod: (values) => values.reduce((product, value) => product * value, 1),
  l1: (values) => sum(values.map(Math.abs)),
  l2: (values) => Math.hypot(...values),
  sumSquare: (values) => sum(values.map((value) => value * value)),
  logSum: (values) => Math.log(sum(values)),
  logSumExp: (values) => Math.log(sum(values.map(Math.exp))),
};

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export function reduce(node: ReduceNode, x: NdArray): NdArray {
  const keptShape = x.shape.map((dim, axis) => (node.axes.includes(axis) ? 1 : dim));
  const reduced = build(keptShape, (index) => REDUCERS[node.kind](line(x, index, node.axes)));
  const shape = node.keepDims ? keptShape : x.shape.filter((_, axis) => !node.axes.includes(axis));
  return { shape, data: reduced.data };
}

/** All values that differ from `index` along `axes` only. */
function line(x: NdArray, index: readonly number[], axes: readonly number[]): number[] {
  const lengths = axes.map((axis) => x.shape[axis] ?? 1);
  return range(sizeOf(lengths)).map((flat) => {
    const positions = unravel(flat, lengths);
    return at(
      x,
      axes.reduce((full, axis, i) => replaced(full, axis, positions[i] ?? 0), [...index]),
    );
  });
}

export function normalize(x: NdArray, axes: readonly number[], epsilon: number): NdArray {
  return build(x.shape, (index) => {
    const values = line(x, index, axes);
    const mean = sum(values) / values.length;
    const variance = sum(values.map((value) => (value - mean) ** 2)) / values.length;
    return (at(x, index) - mean) / Math.sqrt(variance + epsilon);
  });
}

export function softmax(x: NdArray, axis: number, log: boolean): NdArray {
  return build(x.shape, (index) => {
    const total = Math.log(sum(line(x, index, [axis]).map(Math.exp)));
    const value = at(x, index) - total;
    return log ? value : Math.exp(value);
  });
}

export function matmul(
  a: NdArray,
  b: NdArray,
  transposeA: boolean,
  transposeB: boolean,
  outShape: readonly number[],
): NdArray {
  const inner = (transposeA ? a.shape.at(-2) : a.shape.at(-1)) ?? 1;
  return build(outShape, (index) => {
    const batch = index.slice(0, -2);
    const [row = 0, column = 0] = index.slice(-2);
    return sum(
      range(inner).map((k) => {
        const left = transposeA ? [k, row] : [row, k];
        const right = transposeB ? [column, k] : [k, column];
        return atBroadcast(a, [...batch, ...left]) * atBroadcast(b, [...batch, ...right]);
      }),
    );
  });
}

export function concat(parts: readonly NdArray[], axis: number, outShape: readonly number[]): NdArray {
  return build(outShape, (index) => {
    let position = index[axis] ?? 0;
    for (const part of parts) {
      const length = part.shape[axis] ?? 0;
      if (position < length) return at(part, replaced(index, axis, position));
      position -= length;
    }
    throw new RangeError('beyond the last part');
  });
}

export function pad(node: PadNode, x: NdArray, outShape: readonly number[]): NdArray {
  return build(outShape, (index) => {
    const source = index.map((position, axis) => position - (node.pads[axis]?.[0] ?? 0));
    const inside = source.every((position, axis) => position >= 0 && position < (x.shape[axis] ?? 0));
    if (!inside && node.mode === 'constant') return node.value;
    return at(
      x,
      source.map((position, axis) => {
        const last = (x.shape[axis] ?? 1) - 1;
        const mirrored = position < 0 ? -position : position > last ? 2 * last - position : position;
        return node.mode === 'reflect' ? mirrored : Math.max(0, Math.min(last, position));
      }),
    );
  });
}
