/** A value of a formula for one sample, with the loss's slope by it. */
export interface Node {
  readonly shape: readonly number[];
  readonly value: Float64Array;
  readonly slope: Float64Array;
  /** Computes `value` from the values of the nodes it is made of. */
  readonly forward: () => void;
  /** Adds to their slopes what `slope` makes of them. */
  readonly backward: () => void;
}

export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1);

export function node(
  shape: readonly number[],
  make: (value: Float64Array, slope: Float64Array) => Pick<Node, 'forward' | 'backward'>,
): Node {
  const value = new Float64Array(sizeOf(shape));
  const slope = new Float64Array(value.length);
  return { shape, value, slope, ...make(value, slope) };
}

const still = { forward: () => undefined, backward: () => undefined };

/** Holds what is put into its `value`. */
export const leaf = (shape: readonly number[]): Node => node(shape, () => still);

export function constant(number: number): Node {
  const one = leaf([]);
  one.value[0] = number;
  return one;
}
