import type { Dim } from '../../graph/graph';
import { isFloat } from './element-types';

/** Where a constant came from, as far as its elements can still be told apart along its axes. */
export interface Origin {
  /**
   * The initializer or the output of the Constant node that holds the numbers. Where exporters share equal tensors
   * through Identity nodes it is the Identity's output: those are weights of their own.
   */
  readonly tensor: string;
  /** `axes[i]`: the tensor's axis that axis `i` was taken from, or −1 for an added axis of length 1. */
  readonly axes: readonly number[];
  readonly trained: boolean;
}

/** Known while reading. Integers may hold the batch size, written `null`. */
export interface Constant {
  readonly kind: 'constant';
  readonly shape: readonly number[];
  readonly type: number;
  readonly data: ArrayLike<Dim>;
  readonly origin: Origin | null;
}

/** This operator, or this use of it, is not understood; it becomes an opaque node with the reason. */
export class Unsupported extends Error {
  override readonly name = 'Unsupported';
}

export function unsupported(reason: string): never {
  throw new Unsupported(reason);
}

/** The constant's numbers, none of which may be the batch size. */
export function numbers(constant: Constant): number[] {
  return Array.from(
    constant.data,
    (dim) => dim ?? unsupported('a number it needs depends on the batch size'),
  );
}

export function asFloat32(constant: Constant): Float32Array {
  return constant.data instanceof Float32Array ? constant.data : Float32Array.from(numbers(constant));
}

export function elementsOf(shape: readonly number[]): number {
  return shape.reduce((product, dim) => product * dim, 1);
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
