import { zerosOnHeap } from '../ops/heap';
import { wholeTiles, type Simd } from './simd';

/** Numbers by channel, each filled up with zeros to whole vectors, where vector code can read them. */
export function channelVectors(
  simd: Simd,
  values: readonly ArrayLike<number>[],
): { readonly addresses: readonly number[]; dispose(): void } {
  const length = wholeTiles(Math.max(...values.map((each) => each.length)), 4);
  const vectors = zerosOnHeap(simd.heap, [values.length, length]);
  const numbers = simd.heap.typedArrayFromHeap(vectors);
  values.forEach((each, index) => numbers.set(each, index * length));
  const first = simd.addressOf(vectors);
  return {
    addresses: values.map((_, index) => first + 4 * index * length),
    dispose: () => vectors.dispose(),
  };
}
