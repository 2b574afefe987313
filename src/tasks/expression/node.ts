import type { Tensor } from '@tensorflow/tfjs-core';

/** A value of a formula for one sample, with the loss's slope by it. */
export interface Node {
  readonly shape: readonly number[];
  readonly value: Float64Array;
  readonly slope: Float64Array;
  /** Computes `value` from the values of the nodes it is made of. */
  readonly forward: () => void;
  /** Adds to their slopes what `slope` makes of them. */
  readonly backward: () => void;
  /** What it is made of. */
  readonly operands: readonly Node[];
  /** Computes it for a whole batch: [batch, ...shape] of operands [batch, …], where constants are [1]. */
  readonly onDevice: (operands: readonly Tensor[]) => Tensor;
}

export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);

export function node(
  shape: readonly number[],
  make: (value: Float64Array, slope: Float64Array) => Pick<Node, 'forward' | 'backward'>,
  { operands, onDevice }: Pick<Node, 'operands' | 'onDevice'>,
): Node {
  const value = new Float64Array(sizeOf(shape));
  const slope = new Float64Array(value.length);
  return { shape, value, slope, operands, onDevice, ...make(value, slope) };
}

const given = {
  operands: [],
  onDevice: () => {
    throw new Error('A leaf is given, not computed.');
  },
};
const still = { forward: () => undefined, backward: () => undefined };

/** Holds what is put into its `value`. */
export const leaf = (shape: readonly number[]): Node => node(shape, () => still, given);

export function constant(number: number): Node {
  const one = leaf([]);
  one.value[0] = number;
  return one;
}
