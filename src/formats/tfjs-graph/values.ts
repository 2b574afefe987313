import type { Shape, ValueId } from '../../graph/graph';
import type { Pair } from '../../graph/nodes';
import type { Constant } from '../constants/constant';

/** Computed from the inputs, with the file's own axis order and shape. */
export interface Activation {
  readonly kind: 'activation';
  readonly id: ValueId;
  readonly shape: Shape;
  readonly type: number;
  /**
   * The image is (in the file) cut into blocks of this size that lie along the batch axis, by SpaceToBatchND. Here it
   * is whole, and convolutions are dilated instead.
   */
  readonly blocks?: Pair;
  /** In the file it has lost its batch axis, which is of length 1 there; here it still has it. */
  readonly withoutBatch?: true;
}

/** The result of an operator that is not executed, or of anything after one. */
export interface Unknown {
  readonly kind: 'unknown';
  readonly id: ValueId;
  readonly cause: string;
}

export type Tensor = Constant | Activation | Unknown;
