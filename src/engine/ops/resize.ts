import { concat, matMul, reshape, tensor2d, transpose } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core';
import type { ResizeNode, Tap } from '../../graph/nodes';
import { nearestPosition, sourcePosition } from '../../graph/resize';
import { rank4 } from './rank';
import { around, withLength } from './spread';

type ResizeAttributes = Pick<ResizeNode, 'mode' | 'coordinates' | 'nearestMode' | 'size' | 'scales'>;

/**
 * Resize of x [N,H,W,C] with ONNX's conventions, one axis after the other: whole-number nearest upsampling repeats,
 * everything else is a product with a constant matrix, whose gradient is exact.
 */
export function resize(x: Tensor, attributes: ResizeAttributes): Tensor {
  return resizeAxis(resizeAxis(rank4(x), 2, attributes), 1, attributes);
}

/** Weighted sums of the positions along one axis. */
export function resample(x: Tensor, axis: number, taps: readonly (readonly Tap[])[]): Tensor {
  const length = x.shape[axis] ?? 1;
  const data = new Float32Array(length * taps.length);
  taps.forEach((column, output) => {
    for (const { index, weight } of column) {
      const at = index * taps.length + output;
      data[at] = (data[at] ?? 0) + weight;
    }
  });
  return applyMatrix(x, axis, tensor2d(data, [length, taps.length]));
}

function resizeAxis(x: Tensor, axis: 1 | 2, attributes: ResizeAttributes): Tensor {
  const length = x.shape[axis] ?? 1;
  const rows = samplingRows(attributes, axis === 1 ? 0 : 1, length);
  const repeats = rows.length / length;
  const isWhole = Number.isInteger(repeats);
  if (isWhole && rows.every((row, index) => row.weight === 0 && row.low === Math.floor(index / repeats)))
    return repeatAxis(x, axis, repeats);
  return applyMatrix(x, axis, samplingMatrix(rows, length));
}

/** Output element = (1−weight)·x[low] + weight·x[high]. */
interface SamplingRow {
  readonly low: number;
  readonly high: number;
  readonly weight: number;
}

function samplingRows(attributes: ResizeAttributes, side: 0 | 1, length: number): readonly SamplingRow[] {
  const axis = { length, size: attributes.size[side], scale: attributes.scales[side] };
  const clamp = (index: number) => Math.min(length - 1, Math.max(0, index));
  return Array.from({ length: axis.size }, (_, output) => {
    const position = sourcePosition(attributes.coordinates, axis, output);
    if (attributes.mode === 'nearest') {
      const nearest = clamp(nearestPosition(position, attributes.nearestMode));
      return { low: nearest, high: nearest, weight: 0 };
    }
    const inside = clamp(position);
    const low = Math.floor(inside);
    return { low, high: clamp(low + 1), weight: inside - low };
  });
}

function repeatAxis(x: Tensor, axis: number, repeats: number): Tensor {
  if (repeats === 1) return x;
  const [outer, length, inner] = around(x.shape, axis);
  const rows = reshape(x, [outer * length, 1, inner]);
  const repeated = concat(
    Array.from({ length: repeats }, () => rows),
    1,
  );
  return reshape(repeated, withLength(x.shape, axis, length * repeats));
}

/** [length, size] */
function samplingMatrix(rows: readonly SamplingRow[], length: number): Tensor2D {
  const data = new Float32Array(length * rows.length);
  rows.forEach(({ low, high, weight }, column) => {
    const add = (row: number, amount: number) => {
      const index = row * rows.length + column;
      data[index] = (data[index] ?? 0) + amount;
    };
    add(low, 1 - weight);
    add(high, weight);
  });
  return tensor2d(data, [length, rows.length]);
}

/** Multiplies along `axis`, moved last so that it is one untransposed product of two matrices. */
function applyMatrix(x: Tensor, axis: number, matrix: Tensor2D): Tensor {
  const last = x.rank - 1;
  const swap = x.shape.map((_, index) => (index === axis ? last : index === last ? axis : index));
  const moved = transpose(x, swap);
  const product = matMul(reshape(moved, [-1, matrix.shape[0]]), matrix);
  return transpose(reshape(product, withLength(moved.shape, last, matrix.shape[1])), swap);
}
