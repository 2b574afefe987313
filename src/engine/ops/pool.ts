import { add, avgPool, maximum, maxPool, mul, pad, tensor4d } from '@tensorflow/tfjs-core';
import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core';
import type { Pads, PoolNode } from '../../graph/nodes';
import { rank4 } from './rank';
import { everyNth, sliceAxis } from './spread';

type PoolAttributes = Omit<PoolNode, 'op' | 'id' | 'source' | 'output' | 'inputs'>;

/**
 * Pooling of x [N,H,W,C] to [N,`height`,`width`,C]. Windows that reach past the padded input (ceil mode) see only
 * what is there; an average divides by the elements that count.
 */
export function pool(x: Tensor, attributes: PoolAttributes, height: number, width: number): Tensor4D {
  const windows = windowGrid(attributes, rank4(x).shape, height, width);
  const padded = padded4d(rank4(x), windows.pads, attributes.kind === 'max' ? LOWEST : 0);
  const { kind, kernel, strides, dilations } = attributes;
  if (Math.max(...kernel) === 1) return correctCounts(strided(padded, strides), windows.counts, 1);
  const native = Math.max(...dilations) === 1 && strides[0] <= kernel[0] && strides[1] <= kernel[1];
  if (kind === 'max')
    return native
      ? maxPool(padded, [...kernel], [...strides], 'valid')
      : combineTaps(padded, attributes, height, width, maximum);
  const area = kernel[0] * kernel[1];
  const mean: Tensor4D = native
    ? avgPool(padded, [...kernel], [...strides], 'valid')
    : mul(combineTaps(padded, attributes, height, width, add), 1 / area);
  return correctCounts(mean, windows.counts, area);
}

/** Stands for −∞: the largest finite negative float, since infinities times zero would poison gradients. */
const LOWEST = -3.4028234663852886e38;

interface WindowGrid {
  /** Zero or more on each side; negative when rows or columns at the end are not read. */
  readonly pads: Pads;
  /** How many elements count in each window, by row and by column. */
  readonly counts: readonly [readonly number[], readonly number[]];
}

function windowGrid(
  attributes: PoolAttributes,
  shape: readonly number[],
  height: number,
  width: number,
): WindowGrid {
  const rows = windowsAlong(attributes, 0, shape[1] ?? 1, height);
  const columns = windowsAlong(attributes, 1, shape[2] ?? 1, width);
  return {
    pads: [rows.before, columns.before, rows.after, columns.after],
    counts: [rows.counts, columns.counts],
  };
}

function windowsAlong(attributes: PoolAttributes, side: 0 | 1, size: number, outputs: number) {
  const stride = attributes.strides[side];
  const dilation = attributes.dilations[side];
  const taps = attributes.kernel[side];
  const before = attributes.pads[side];
  const declaredAfter = attributes.pads[side === 0 ? 2 : 3];
  const after = (outputs - 1) * stride + (taps - 1) * dilation + 1 - before - size;
  const from = attributes.countIncludePad ? -before : 0;
  const to = attributes.countIncludePad ? size + declaredAfter : size;
  const counts = Array.from({ length: outputs }, (_, output) => {
    const positions = Array.from({ length: taps }, (__, tap) => output * stride - before + tap * dilation);
    return positions.filter((position) => position >= from && position < to).length;
  });
  return { before, after, counts };
}

/** Pads with `value`; a negative pad at the end cuts instead. */
function padded4d(x: Tensor4D, [top, left, bottom, right]: Pads, value: number): Tensor4D {
  const [, height, width] = x.shape;
  const rows = sliceAxis(x, 1, 0, height + Math.min(0, bottom));
  const cropped = sliceAxis(rows, 2, 0, width + Math.min(0, right));
  if (Math.max(top, left, bottom, right) <= 0) return cropped;
  return pad(
    cropped,
    [
      [0, 0],
      [top, Math.max(0, bottom)],
      [left, Math.max(0, right)],
      [0, 0],
    ],
    value,
  );
}

function strided(x: Tensor4D, [strideY, strideX]: readonly [number, number]): Tensor4D {
  return rank4(everyNth(everyNth(x, 1, strideY), 2, strideX));
}

/** Combines the shifted, subsampled inputs by rows, then by columns: any dilation, any stride. */
function combineTaps(
  x: Tensor4D,
  { kernel, strides, dilations }: PoolAttributes,
  height: number,
  width: number,
  combine: (a: Tensor4D, b: Tensor4D) => Tensor4D,
): Tensor4D {
  const along = (from: Tensor4D, side: 0 | 1, outputs: number) => {
    const axis = side + 1;
    const span = (outputs - 1) * strides[side] + 1;
    const taps = Array.from({ length: kernel[side] }, (_, tap) =>
      rank4(everyNth(sliceAxis(from, axis, tap * dilations[side], span), axis, strides[side])),
    );
    return taps.reduce((sum, tap) => combine(sum, tap));
  };
  return along(along(x, 0, height), 1, width);
}

function correctCounts(
  mean: Tensor4D,
  [rows, columns]: readonly [readonly number[], readonly number[]],
  area: number,
): Tensor4D {
  if (rows.every((row) => columns.every((column) => row * column === area))) return mean;
  const factors = rows.flatMap((row) => columns.map((column) => area / Math.max(1, row * column)));
  return mul(mean, tensor4d(factors, [1, rows.length, columns.length, 1]));
}
