import { gather, tensor1d } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import { selectedFromRows } from '../simd/movement';
import { simdBackend, type Simd } from '../simd/simd';
import { emptyOnHeap, heapBackend, tensorOnHeap, type HeapBackend } from './heap';
import { around, withLength } from './spread';

/** Pieces of this many numbers are copied as a whole. */
const LONG = 16;

/**
 * The elements at `positions` along `axis`, as a new tensor. On WASM they are copied within its heap: the gather
 * kernel there takes longer than the convolution whose output it would select from.
 */
export function select(x: Tensor, axis: number, positions: readonly number[]): Tensor {
  const heap = heapBackend();
  if (!heap || x.dtype !== 'float32' || x.size * positions.length === 0)
    return gather(x, [...positions], axis);
  const inner = around(x.shape, axis)[2];
  const simd = inner < LONG ? simdBackend() : null;
  return simd ? selectNumbers(simd, x, axis, positions) : selectPieces(heap, x, axis, positions);
}

function selectNumbers(simd: Simd, x: Tensor, axis: number, positions: readonly number[]): Tensor {
  const [, length, inner] = around(x.shape, axis);
  const offsets = positions.flatMap((position) =>
    Array.from({ length: inner }, (_, i) => 4 * (position * inner + i)),
  );
  const table = tensor1d(offsets, 'int32');
  const target = emptyOnHeap(simd.heap, withLength(x.shape, axis, positions.length));
  simd.run(selectedFromRows, {
    target: simd.addressOf(target),
    x: simd.addressOf(x),
    bytes: 4 * x.size,
    rowBytes: 4 * length * inner,
    table: simd.addressOf(table),
    tableBytes: 4 * table.size,
  });
  table.dispose();
  return target;
}

function selectPieces(heap: HeapBackend, x: Tensor, axis: number, positions: readonly number[]): Tensor {
  const [outer, length, inner] = around(x.shape, axis);
  return tensorOnHeap(heap, withLength(x.shape, axis, positions.length), [x], (target, source) => {
    for (let block = 0, at = 0; block < outer; block++)
      for (const position of positions) {
        const from = (block * length + position) * inner;
        target.set(source.subarray(from, from + inner), at);
        at += inner;
      }
  });
}
