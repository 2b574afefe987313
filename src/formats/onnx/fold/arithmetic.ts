import type { Dim } from '../../../graph/graph';
import { sizesOf, type Fold, type FoldTable } from './fold';
import { broadcastShapes } from '../../constants/broadcast';
import { constant, elementsOf, numbers, unsupported, type Constant } from '../../constants/constant';
import { DataType, isFloat } from '../../constants/element-types';
import { broadcastTo } from '../../constants/strided';

const onBatch = () => unsupported('it computes with the batch size');

type Combine = (a: Dim, b: Dim, float: boolean) => Dim;

/** Rules for the batch size, `null`, where the result is again the batch size or does not depend on it. */
const combine: Record<'Add' | 'Sub' | 'Mul' | 'Div' | 'Mod' | 'Pow' | 'Max' | 'Min', Combine> = {
  Add: (a, b) => (a === null || b === null ? (a === 0 || b === 0 ? null : onBatch()) : a + b),
  Sub: (a, b) => (a === null || b === null ? (b === 0 ? null : onBatch()) : a - b),
  Mul: (a, b) => (a === null || b === null ? (a === 1 || b === 1 ? null : onBatch()) : a * b),
  Div: (a, b, float) => {
    if (a === null || b === null) return b === 1 ? null : onBatch();
    return float ? a / b : Math.trunc(a / b);
  },
  Mod: (a, b) => (a === null || b === null ? onBatch() : a - b * Math.floor(a / b)),
  Pow: (a, b) => (a === null || b === null ? onBatch() : a ** b),
  Max: (a, b) => (a === null || b === null ? onBatch() : Math.max(a, b)),
  Min: (a, b) => (a === null || b === null ? onBatch() : Math.min(a, b)),
};

/** Comparisons; the batch size is positive and equal to itself. */
const compare: Record<string, (a: Dim, b: Dim) => boolean> = {
  Equal: (a, b) => (a !== null && b !== null ? a === b : a === b || ((a ?? b ?? 1) > 0 ? onBatch() : false)),
  Greater: (a, b) => known(a) > known(b),
  GreaterOrEqual: (a, b) => known(a) >= known(b),
  Less: (a, b) => known(a) < known(b),
  LessOrEqual: (a, b) => known(a) <= known(b),
  And: (a, b) => known(a) !== 0 && known(b) !== 0,
  Or: (a, b) => known(a) !== 0 || known(b) !== 0,
  Xor: (a, b) => (known(a) !== 0) !== (known(b) !== 0),
};

function known(dim: Dim): number {
  return dim ?? onBatch();
}

function pairwise(a: Constant, b: Constant, type: number, fn: (a: Dim, b: Dim) => Dim): Constant {
  const shape = broadcastShapes(a.shape, b.shape).map(known);
  const [left, right] = [broadcastTo(a, shape), broadcastTo(b, shape)];
  const data = left.map((value, i) => fn(value, right[i] ?? null));
  return constant(shape, type, data);
}

function arithmetic(fn: Combine): Fold {
  return ({ node, input }) => {
    const first = input(0);
    const rest = node.inputs.slice(1).map((_, i) => input(i + 1));
    const float = isFloat(first.type);
    const wrap = float ? (value: number) => value : wrapOf(first.type);
    return rest.reduce(
      (sum, next) =>
        pairwise(sum, next, first.type, (a, b) => {
          const value = fn(a, b, float);
          return value === null ? null : wrap(value);
        }),
      first,
    );
  };
}

/** Whole numbers wrap around at their type's width; those of 64 bits must stay exact. */
export function wrapOf(type: number): (value: number) => number {
  const Narrow = NARROW[type];
  if (Narrow) return (value) => Narrow.of(value)[0] ?? 0;
  return (value) =>
    Number.isSafeInteger(value) ? value : unsupported(`it computes with whole numbers as large as ${value}`);
}

type NarrowArray =
  | Int8ArrayConstructor
  | Uint8ArrayConstructor
  | Int16ArrayConstructor
  | Uint16ArrayConstructor
  | Int32ArrayConstructor
  | Uint32ArrayConstructor;

const NARROW: Partial<Record<number, NarrowArray>> = {
  [DataType.INT8]: Int8Array,
  [DataType.UINT8]: Uint8Array,
  [DataType.INT16]: Int16Array,
  [DataType.UINT16]: Uint16Array,
  [DataType.INT32]: Int32Array,
  [DataType.UINT32]: Uint32Array,
};

function comparison(fn: (a: Dim, b: Dim) => boolean): Fold {
  return ({ input }) => pairwise(input(0), input(1), DataType.BOOL, (a, b) => (fn(a, b) ? 1 : 0));
}

const functions: Record<string, (value: number) => number> = {
  Neg: (value) => -value,
  Abs: Math.abs,
  Floor: Math.floor,
  Ceil: Math.ceil,
  Sqrt: Math.sqrt,
  Sign: Math.sign,
  Sin: Math.sin,
  Cos: Math.cos,
  Tanh: Math.tanh,
  Exp: Math.exp,
  Log: Math.log,
  Reciprocal: (value) => 1 / value,
  Not: (value) => (value === 0 ? 1 : 0),
};

function elementwise(fn: (value: number) => number): Fold {
  return ({ input }) => {
    const value = input(0);
    return constant(value.shape, value.type, numbers(value).map(fn));
  };
}

/** Rounding leaves the batch size as it is. */
function rounding(fn: (value: number) => number): Fold {
  return ({ input }) => {
    const value = input(0);
    return constant(
      value.shape,
      value.type,
      Array.from(value.data, (dim) => (dim === null ? null : fn(dim))),
    );
  };
}

const where: Fold = ({ input }) => {
  const [condition, yes, no] = [input(0), input(1), input(2)];
  const inner = broadcastShapes(yes.shape, no.shape);
  const shape = broadcastShapes(condition.shape, inner).map(known);
  const [choose, a, b] = [condition, yes, no].map((value) => broadcastTo(value, shape));
  const data = (choose ?? []).map((dim, i) => (known(dim) !== 0 ? a?.[i] : b?.[i]) ?? null);
  return constant(shape, yes.type, data);
};

const expand: Fold = ({ input }) => {
  const shape = broadcastShapes(input(0).shape, sizesOf(input(1))).map(known);
  if (shape.length === input(0).shape.length && elementsOf(shape) === elementsOf(input(0).shape))
    return input(0);
  return constant(shape, input(0).type, broadcastTo(input(0), shape));
};

/** With `fmod` the remainder has the sign of the dividend, else that of the divisor. */
const mod: Fold = (fold) => {
  const truncated = fold.node.attributes.int('fmod', 0) !== 0;
  return arithmetic(truncated ? (a, b) => known(a) % known(b) : combine.Mod)(fold);
};

export const arithmeticFolds: FoldTable = {
  ...mapped(combine, arithmetic),
  Mod: mod,
  ...mapped(compare, comparison),
  ...mapped(functions, elementwise),
  Floor: rounding(Math.floor),
  Ceil: rounding(Math.ceil),
  Where: where,
  Expand: expand,
};

function mapped<T>(table: Readonly<Record<string, T>>, make: (entry: T) => Fold): FoldTable {
  return Object.fromEntries(Object.entries(table).map(([op, entry]) => [op, make(entry)]));
}
