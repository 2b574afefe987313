import type { Shape, ValueId } from '../../graph/graph';
import type { Constant } from '../constants/constant';

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
