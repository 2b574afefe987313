import type { Dim } from '../../../graph/graph';
import type { OnnxNode } from '../node';
import { isFloat } from '../types';
import { elementsOf, unsupported, type Constant, type Origin } from '../values';

export interface FoldInput {
  readonly node: OnnxNode;
  readonly input: (index: number) => Constant;
  readonly optional: (index: number) => Constant | undefined;
}

/** Computes an operator on constants. @throws Unsupported where the result depends on the batch size */
export type Fold = (fold: FoldInput) => Constant | readonly Constant[];
export type FoldTable = Readonly<Record<string, Fold>>;

const LARGEST_FOLD = 2 ** 24;

export function foldInput(node: OnnxNode, inputs: readonly (Constant | undefined)[]): FoldInput {
  return {
    node,
    input: (index) => inputs[index] ?? node.fail(`input ${index + 1} is missing.`),
    optional: (index) => inputs[index],
  };
}

/** Floats are kept as float32, other types as plain numbers. */
export function constant(
  shape: readonly number[],
  type: number,
  data: ArrayLike<Dim>,
  origin: Origin | null = null,
): Constant {
  const packed = isFloat(type) && !(data instanceof Float32Array) ? packFloats(data) : data;
  return { kind: 'constant', shape, type, data: packed, origin };
}

function packFloats(data: ArrayLike<Dim>): Float32Array {
  return Float32Array.from(
    data,
    (value: Dim) => value ?? unsupported('it computes with the batch size as a real number'),
  );
}

/** Elements at `offset + Σ position·stride`, in row-major order of `shape`. */
export function strided(
  data: ArrayLike<Dim>,
  shape: readonly number[],
  strides: readonly number[],
  offset = 0,
): Dim[] {
  const total = elementsOf(shape);
  if (total > LARGEST_FOLD) unsupported(`it would make a constant of ${total} numbers`);
  return Array.from({ length: total }, (_, flat) => {
    let rest = flat;
    let index = offset;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] ?? 1;
      index += (rest % size) * (strides[axis] ?? 0);
      rest = Math.floor(rest / size);
    }
    const value = data[index];
    return value === undefined ? 0 : value;
  });
}

/** Sizes from an integer constant: not negative, not the batch. */
export function sizesOf(constant: Constant): number[] {
  return Array.from(constant.data, (dim) => {
    if (dim === null) return unsupported('it makes a constant as large as the batch');
    return dim >= 0 ? dim : unsupported(`it makes a constant with a size of ${dim}`);
  });
}

export function axisOf(fold: FoldInput, axis: number, rank: number): number {
  const counted = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(counted) || counted < 0 || counted >= rank)
    fold.node.fail(`axis ${axis} does not exist in ${rank} dimensions.`);
  return counted;
}
