import type { Dim } from '../../../graph/graph';
import type { Fold, FoldTable } from './fold';
import { broadcastShapes } from '../../constants/broadcast';
import { constant, numbers, unsupported, type Constant } from '../../constants/constant';
import { DataType } from '../../constants/element-types';
import { broadcastTo } from '../../constants/strided';

/** `neutral` is the right operand that leaves the batch size (`null`) as it is. */
interface Operation {
  readonly apply: (a: number, b: number) => number;
  readonly neutral?: number;
  /** The neutral number may be on the left as well. */
  readonly symmetric?: boolean;
}

const operations: Readonly<Record<string, Operation>> = {
  Add: { apply: (a, b) => a + b, neutral: 0, symmetric: true },
  AddV2: { apply: (a, b) => a + b, neutral: 0, symmetric: true },
  Sub: { apply: (a, b) => a - b, neutral: 0 },
  Mul: { apply: (a, b) => a * b, neutral: 1, symmetric: true },
  RealDiv: { apply: (a, b) => a / b, neutral: 1 },
  Div: { apply: (a, b) => a / b, neutral: 1 },
  FloorDiv: { apply: (a, b) => Math.floor(a / b), neutral: 1 },
  FloorMod: { apply: (a, b) => a - b * Math.floor(a / b) },
  Pow: { apply: (a, b) => a ** b, neutral: 1 },
  Maximum: { apply: Math.max },
  Minimum: { apply: Math.min },
};

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  Equal: (a, b) => a === b,
  NotEqual: (a, b) => a !== b,
  Greater: (a, b) => a > b,
  GreaterEqual: (a, b) => a >= b,
  Less: (a, b) => a < b,
  LessEqual: (a, b) => a <= b,
  LogicalAnd: (a, b) => a !== 0 && b !== 0,
  LogicalOr: (a, b) => a !== 0 || b !== 0,
};

const functions: Readonly<Record<string, (value: number) => number>> = {
  Neg: (value) => -value,
  Abs: Math.abs,
  Floor: Math.floor,
  Ceil: Math.ceil,
  Sqrt: Math.sqrt,
  Rsqrt: (value) => 1 / Math.sqrt(value),
  Square: (value) => value * value,
  Exp: Math.exp,
  Log: Math.log,
  Reciprocal: (value) => 1 / value,
  LogicalNot: (value) => (value === 0 ? 1 : 0),
  ZerosLike: () => 0,
  OnesLike: () => 1,
};

const onBatch = () => unsupported('it computes with the batch size');

function combine({ apply, neutral, symmetric }: Operation, a: Dim, b: Dim): Dim {
  if (a !== null && b !== null) return apply(a, b);
  const keepsLeft = a === null && b !== null && b === neutral;
  const keepsRight = b === null && a !== null && a === neutral && symmetric === true;
  return keepsLeft || keepsRight ? null : onBatch();
}

function pairwise(a: Constant, b: Constant, type: number, fn: (a: Dim, b: Dim) => Dim): Constant {
  const shape = broadcastShapes(a.shape, b.shape).map((dim) => dim ?? onBatch());
  const right = broadcastTo(b, shape);
  const data = broadcastTo(a, shape).map((value, i) => fn(value, right[i] ?? null));
  return constant(shape, type, data);
}

function binary(operation: Operation): Fold {
  return ({ input }) => pairwise(input(0), input(1), input(0).type, (a, b) => combine(operation, a, b));
}

function comparison(fn: (a: number, b: number) => boolean): Fold {
  return ({ input }) =>
    pairwise(input(0), input(1), DataType.BOOL, (a, b) => (fn(a ?? onBatch(), b ?? onBatch()) ? 1 : 0));
}

function elementwise(fn: (value: number) => number): Fold {
  return ({ input }) => constant(input(0).shape, input(0).type, numbers(input(0)).map(fn));
}

const select: Fold = ({ input }) => {
  const [condition, yes, no] = [input(0), input(1), input(2)];
  const inner = broadcastShapes(yes.shape, no.shape);
  const shape = broadcastShapes(condition.shape, inner).map((dim) => dim ?? onBatch());
  const [choose = [], a, b] = [condition, yes, no].map((value) => broadcastTo(value, shape));
  return constant(
    shape,
    yes.type,
    choose.map((dim, i) => ((dim ?? onBatch()) !== 0 ? a?.[i] : b?.[i]) ?? null),
  );
};

export const arithmetic: FoldTable = {
  ...mapped(operations, binary),
  ...mapped(comparisons, comparison),
  ...mapped(functions, elementwise),
  Select: select,
  SelectV2: select,
};

function mapped<T>(table: Readonly<Record<string, T>>, make: (entry: T) => Fold): FoldTable {
  return Object.fromEntries(Object.entries(table).map(([op, entry]) => [op, make(entry)]));
}
