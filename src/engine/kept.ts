import type { Tensor } from '@tensorflow/tfjs-core';
import type { ValueId } from '../graph/graph';

/** An activation that is kept. */
export interface Kept {
  /** Names what the tensor holds: equal signatures mean equal numbers. */
  readonly signature: string;
  readonly tensor: Tensor;
}

export interface Place {
  readonly batch: number;
  readonly id: ValueId;
}

export function bytesOf(tensor: Tensor): number {
  return tensor.size * Float32Array.BYTES_PER_ELEMENT;
}
