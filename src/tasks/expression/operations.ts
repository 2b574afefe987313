import type { Tensor } from '@tensorflow/tfjs-core';
import { given } from '../gradient-tensors';
import { power } from '../power';
import { node, sizeOf, type Node } from './node';
import {
  binaryTensors,
  extremeOf,
  logSoftmaxOf,
  pickOf,
  stretched,
  totalOf,
  unaryTensors,
} from './operations-tensors';

/** A function of one number and its derivative, given the number and the function's value. */
interface Unary {
  readonly of: (x: number) => number;
  readonly slope: (x: number, y: number) => number;
  readonly tensors: (...operands: Tensor[]) => Tensor;
}

const unaryTable = {
  negative: { of: (x) => -x, slope: () => -1, tensors: unaryTensors.negative },
  abs: { of: Math.abs, slope: Math.sign, tensors: unaryTensors.abs },
  exp: { of: Math.exp, slope: (_, y) => y, tensors: unaryTensors.exp },
  log: { of: Math.log, slope: (x) => 1 / x, tensors: unaryTensors.log },
  sqrt: { of: Math.sqrt, slope: (_, y) => (y === 0 ? 0 : 1 / (2 * y)), tensors: unaryTensors.sqrt },
  square: { of: (x) => x * x, slope: (x) => 2 * x, tensors: unaryTensors.square },
  sigmoid: { of: (x) => 1 / (1 + Math.exp(-x)), slope: (_, y) => y * (1 - y), tensors: unaryTensors.sigmoid },
  softplus: {
    of: (x) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x))),
    slope: (x) => 1 / (1 + Math.exp(-x)),
    tensors: unaryTensors.softplus,
  },
  tanh: { of: Math.tanh, slope: (_, y) => 1 - y * y, tensors: unaryTensors.tanh },
  relu: { of: (x) => (x <= 0 ? 0 : x), slope: (x) => (x > 0 ? 1 : 0), tensors: unaryTensors.relu },
} as const satisfies Record<string, Unary>;

/** By name; a map, since names come from people. */
export const unaries: ReadonlyMap<string, Unary> = new Map(Object.entries(unaryTable));

/** A function of two numbers and its derivatives by both. */
interface Binary {
  readonly of: (a: number, b: number) => number;
  readonly slopes: (a: number, b: number, y: number) => readonly [number, number];
  /** Of operands of one shape. */
  readonly tensors: (...operands: Tensor[]) => Tensor;
}

const flat = () => [0, 0] as const;
const truth = (of: (a: number, b: number) => boolean, tensors: Binary['tensors']): Binary => ({
  of: (a, b) => (of(a, b) ? 1 : 0),
  slopes: flat,
  tensors,
});

const binaryTable = {
  add: { of: (a, b) => a + b, slopes: () => [1, 1], tensors: binaryTensors.add },
  subtract: { of: (a, b) => a - b, slopes: () => [1, -1], tensors: binaryTensors.subtract },
  multiply: { of: (a, b) => a * b, slopes: (a, b) => [b, a], tensors: binaryTensors.multiply },
  divide: { of: (a, b) => a / b, slopes: (_, b, y) => [1 / b, -y / b], tensors: binaryTensors.divide },
  power: {
    of: power,
    slopes: (a, b, y) => [b === 0 ? 0 : b * power(a, b - 1), a > 0 ? y * Math.log(a) : 0],
    tensors: binaryTensors.power,
  },
  max: { of: Math.max, slopes: (a, b) => (a >= b ? [1, 0] : [0, 1]), tensors: binaryTensors.max },
  min: { of: Math.min, slopes: (a, b) => (a <= b ? [1, 0] : [0, 1]), tensors: binaryTensors.min },
  /** The second where the first is 1, 0 where it is 0, even where the second is not a number. */
  chosen: { of: (a, b) => (a === 0 ? 0 : b), slopes: (a) => [0, a], tensors: binaryTensors.chosen },
  less: truth((a, b) => a < b, binaryTensors.less),
  greater: truth((a, b) => a > b, binaryTensors.greater),
  'at most': truth((a, b) => a <= b, binaryTensors['at most']),
  'at least': truth((a, b) => a >= b, binaryTensors['at least']),
  equal: truth((a, b) => a === b, binaryTensors.equal),
  unequal: truth((a, b) => a !== b, binaryTensors.unequal),
} as const satisfies Record<string, Binary>;

/** Also those that other functions are made of. */
export const { add, chosen, equal, max, min, unequal }: typeof binaryTable = binaryTable;
export const { exp }: typeof unaryTable = unaryTable;

export const binaries: ReadonlyMap<string, Binary> = new Map(Object.entries(binaryTable));

export function unary(operand: Node, { of, slope: slopeOf, tensors }: Unary): Node {
  return node(
    operand.shape,
    (value, slope) => ({
      forward: () => operand.value.forEach((x, i) => (value[i] = of(x))),
      backward: () => {
        operand.value.forEach((x, i) => {
          operand.slope[i] = (operand.slope[i] ?? 0) + times(slope[i] ?? 0, slopeOf(x, value[i] ?? NaN));
        });
      },
    }),
    { operands: [operand], onDevice: (operands) => tensors(...operands) },
  );
}

/** Elementwise, shapes broadcast as NumPy does; `null` where they do not fit. */
export function binary(left: Node, right: Node, { of, slopes, tensors }: Binary): Node | null {
  const shape = broadcast(left.shape, right.shape);
  if (!shape) return null;
  const [l, r] = [indexMap(left.shape, shape), indexMap(right.shape, shape)];
  return node(
    shape,
    (value, slope) => ({
      forward: () => {
        for (let i = 0; i < value.length; i++)
          value[i] = of(left.value[l[i] ?? 0] ?? NaN, right.value[r[i] ?? 0] ?? NaN);
      },
      backward: () => {
        for (let i = 0; i < value.length; i++) {
          const [a, b] = [l[i] ?? 0, r[i] ?? 0];
          const [byLeft, byRight] = slopes(left.value[a] ?? NaN, right.value[b] ?? NaN, value[i] ?? NaN);
          left.slope[a] = (left.slope[a] ?? 0) + times(slope[i] ?? 0, byLeft);
          right.slope[b] = (right.slope[b] ?? 0) + times(slope[i] ?? 0, byRight);
        }
      },
    }),
    { operands: [left, right], onDevice: (operands) => tensors(...stretched(operands, shape)) },
  );
}

/** What does not matter has no slope, even where the derivative is infinite. */
const times = (slope: number, by: number): number => (slope === 0 ? 0 : slope * by);

/** Lines of a value along one axis, or the whole of it as one. */
interface Lines {
  readonly shape: readonly number[];
  readonly starts: Int32Array;
  readonly length: number;
  readonly stride: number;
}

function linesOf({ shape }: Node, axis: number | null): Lines {
  if (axis === null) return { shape: [], starts: Int32Array.of(0), length: sizeOf(shape), stride: 1 };
  const length = shape[axis] ?? 1;
  const stride = sizeOf(shape.slice(axis + 1));
  const outer = sizeOf(shape.slice(0, axis));
  const starts = Int32Array.from(
    { length: outer * stride },
    (_, line) => Math.floor(line / stride) * stride * length + (line % stride),
  );
  return { shape: shape.toSpliced(axis, 1), starts, length, stride };
}

/** The sum, or mean, along an axis or of everything. */
export function total(operand: Node, axis: number | null, mean: boolean): Node {
  const { shape, starts, length, stride } = linesOf(operand, axis);
  const scale = mean ? 1 / length : 1;
  return node(
    shape,
    (value, slope) => ({
      forward: () =>
        starts.forEach((start, line) => {
          let sum = 0;
          for (let i = 0; i < length; i++) sum += operand.value[start + i * stride] ?? NaN;
          value[line] = sum * scale;
        }),
      backward: () =>
        starts.forEach((start, line) => {
          for (let i = 0; i < length; i++) {
            const at = start + i * stride;
            operand.slope[at] = (operand.slope[at] ?? 0) + (slope[line] ?? 0) * scale;
          }
        }),
    }),
    { operands: [operand], onDevice: (operands) => totalOf(given(operands, 0), axis, mean) },
  );
}

/** The largest of all values, or (`sign` −1) the smallest; the slope goes to the first. */
export function extreme(operand: Node, sign: 1 | -1): Node {
  let best = 0;
  return node(
    [],
    (value, slope) => ({
      forward: () => {
        best = 0;
        operand.value.forEach((x, i) => {
          if (Number.isNaN(x) || sign * x > sign * (operand.value[best] ?? NaN)) best = i;
        });
        value[0] = operand.value[best] ?? NaN;
      },
      backward: () => {
        operand.slope[best] = (operand.slope[best] ?? 0) + (slope[0] ?? 0);
      },
    }),
    { operands: [operand], onDevice: (operands) => extremeOf(given(operands, 0), sign) },
  );
}

/** ln softmax along an axis; its slope is g − softmax·Σg. */
export function logSoftmax(operand: Node, axis: number): Node {
  const { starts, length, stride } = linesOf(operand, axis);
  return node(
    operand.shape,
    (value, slope) => ({
      forward: () =>
        starts.forEach((start) => {
          let largest = -Infinity;
          for (let i = 0; i < length; i++)
            largest = Math.max(largest, operand.value[start + i * stride] ?? NaN);
          let sum = 0;
          for (let i = 0; i < length; i++)
            sum += Math.exp((operand.value[start + i * stride] ?? NaN) - largest);
          const all = largest + Math.log(sum);
          for (let i = 0; i < length; i++) {
            const at = start + i * stride;
            value[at] = (operand.value[at] ?? NaN) - all;
          }
        }),
      backward: () =>
        starts.forEach((start) => {
          let sum = 0;
          for (let i = 0; i < length; i++) sum += slope[start + i * stride] ?? 0;
          for (let i = 0; i < length; i++) {
            const at = start + i * stride;
            operand.slope[at] =
              (operand.slope[at] ?? 0) + (slope[at] ?? 0) - Math.exp(value[at] ?? NaN) * sum;
          }
        }),
    }),
    { operands: [operand], onDevice: (operands) => logSoftmaxOf(given(operands, 0), axis) },
  );
}

/** The value that `index` names along an axis; `null` where its shape is not that of the rest. */
export function pick(operand: Node, index: Node, axis: number): Node | null {
  const { shape, starts, length, stride } = linesOf(operand, axis);
  if (index.shape.join() !== shape.join()) return null;
  const place = (line: number) => {
    const chosen = index.value[line] ?? NaN;
    return Number.isInteger(chosen) && chosen >= 0 && chosen < length
      ? (starts[line] ?? 0) + chosen * stride
      : -1;
  };
  return node(
    shape,
    (value, slope) => ({
      forward: () => value.forEach((_, line) => (value[line] = operand.value[place(line)] ?? NaN)),
      backward: () =>
        slope.forEach((own, line) => {
          const at = place(line);
          if (at >= 0) operand.slope[at] = (operand.slope[at] ?? 0) + own;
        }),
    }),
    {
      operands: [operand, index],
      onDevice: (operands) => pickOf(given(operands, 0), given(operands, 1), axis),
    },
  );
}

function broadcast(a: readonly number[], b: readonly number[]): readonly number[] | null {
  const rank = Math.max(a.length, b.length);
  const size = (shape: readonly number[], axis: number) => shape[axis - rank + shape.length] ?? 1;
  const shape = Array.from({ length: rank }, (_, axis) => Math.max(size(a, axis), size(b, axis)));
  const fits = (one: readonly number[]) =>
    shape.every((length, axis) => size(one, axis) === 1 || size(one, axis) === length);
  return fits(a) && fits(b) ? shape : null;
}

/** For each element of the broadcast shape, the element of `from` that it is made of. */
function indexMap(from: readonly number[], to: readonly number[]): Int32Array {
  let map = Int32Array.of(0);
  for (const [axis, length] of to.entries()) {
    const own = axis - to.length + from.length;
    const stride = (from[own] ?? 1) === 1 ? 0 : sizeOf(from.slice(own + 1));
    const next = new Int32Array(map.length * length);
    map.forEach((index, outer) => {
      for (let i = 0; i < length; i++) next[outer * length + i] = index + i * stride;
    });
    map = next;
  }
  return map;
}
