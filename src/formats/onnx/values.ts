import type { Dim, Shape, ValueId } from '../../graph/graph';

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

/** A value of the graph at one arrangement of its axes: physical axis `i` is the ONNX value's axis `perm[i]`. */
export interface Arrangement {
  readonly id: ValueId;
  readonly perm: readonly number[];
}

/** Computed from the inputs. `shape` is in the ONNX value's axis order; the batch may be on any axis there. */
export interface Activation {
  readonly kind: 'activation';
  readonly name: string;
  readonly shape: Shape;
  readonly type: number;
  /** The first is how it was made, the others were added where a node needed them. Never empty. */
  readonly arrangements: [Arrangement, ...Arrangement[]];
}

/** The result of an operator that is not executed, or of anything after one. */
export interface Unknown {
  readonly kind: 'unknown';
  readonly name: string;
  readonly id: ValueId;
  readonly cause: string;
}

export type Tensor = Constant | Activation | Unknown;

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
