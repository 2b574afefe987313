import { gather } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { heapBackend, tensorOnHeap } from './heap';
import { around, withLength } from './spread';

/**
 * The elements at `positions` along `axis`, as a new tensor. On WASM they are copied within its heap: the gather
 * kernel there takes longer than the convolution whose output it would select from.
 */
export function select(x: Tensor, axis: number, positions: readonly number[]): Tensor {
  const heap = heapBackend();
  if (!heap) return gather(x, [...positions], axis);
  const [outer, length, inner] = around(x.shape, axis);
  const offsets = Int32Array.from(positions, (position) => position * inner);
  return tensorOnHeap(heap, withLength(x.shape, axis, positions.length), [x], (target, source) => {
    for (let block = 0, at = 0; block < outer; block++) {
      const start = block * length * inner;
      for (let i = 0; i < offsets.length; i++, at += inner) {
        const from = start + (offsets[i] ?? 0);
        if (inner === 1) target[at] = source[from] ?? 0;
        else target.set(source.subarray(from, from + inner), at);
      }
    }
  });
}
