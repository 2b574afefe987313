import type { TfNode } from '../topology';
import { constant, elementsOf, numbers, type Constant } from '../../constants/constant';
import { rowMajorStrides, strided } from '../../constants/strided';

export { constant, strided };

/** A node whose inputs are all constants. */
export interface FoldInput {
  readonly node: TfNode;
  readonly inputs: readonly Constant[];
  readonly input: (index: number) => Constant;
}

/** Computes an operator on constants. @throws Unsupported where the result depends on the batch size */
export type Fold = (fold: FoldInput) => Constant | readonly Constant[];
export type FoldTable = Readonly<Record<string, Fold>>;

export function foldInput(node: TfNode, inputs: readonly Constant[]): FoldInput {
  return { node, inputs, input: (index) => inputs[index] ?? node.fail(`input ${index + 1} is missing.`) };
}

export function axisOf(node: TfNode, axis: number, rank: number): number {
  const counted = axis < 0 ? axis + rank : axis;
  if (!Number.isInteger(counted) || counted < 0 || counted >= rank)
    node.fail(`axis ${axis} does not exist in ${rank} dimensions.`);
  return counted;
}

/** The only number of a constant. */
export function single(node: TfNode, value: Constant): number {
  const [first] = numbers(value);
  return first === undefined || elementsOf(value.shape) !== 1
    ? node.fail('a single number is wanted.')
    : first;
}

/** `count` positions from `start` in steps along one axis. */
export function sliceAxis(value: Constant, axis: number, start: number, count: number, step = 1): Constant {
  const strides = rowMajorStrides(value.shape);
  const stride = strides[axis] ?? 1;
  strides[axis] = stride * step;
  const shape = value.shape.map((dim, i) => (i === axis ? count : dim));
  return constant(shape, value.type, strided(value.data, shape, strides, start * stride));
}

/** The same numbers in another shape. */
export function reshaped(value: Constant, shape: readonly number[]): Constant {
  return { ...value, shape, origin: null };
}

export function concatenated(values: readonly Constant[], axis: number, node: TfNode): Constant {
  const first = values[0] ?? node.fail('it joins nothing.');
  const joined = values.reduce((sum, value) => sum + (value.shape[axis] ?? 1), 0);
  const shape = first.shape.map((dim, i) => (i === axis ? joined : dim));
  const outer = elementsOf(first.shape.slice(0, axis));
  const data = Array.from({ length: outer }, (_, row) =>
    values.flatMap((value) => {
      const block = elementsOf(value.shape.slice(axis));
      return strided(value.data, [block], [1], row * block);
    }),
  ).flat();
  if (data.length !== elementsOf(shape)) node.fail('its inputs have shapes that do not fit together.');
  return constant(shape, first.type, data);
}
