import {
  argMax,
  argMin,
  cast,
  cumsum,
  neg,
  reshape,
  reverse,
  sub,
  topk,
  transpose,
} from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { ArgReduceNode, CumSumNode, TopKNode } from '../../graph/nodes';
import { withLength } from './spread';

/** Where the extreme is along an axis, as float32 numbers; of equals the first, or the last. */
export function argReduce(
  x: Tensor,
  { kind, axis, keepDims, selectLast }: Pick<ArgReduceNode, 'kind' | 'axis' | 'keepDims' | 'selectLast'>,
): Tensor {
  const find = kind === 'max' ? argMax : argMin;
  const found = cast(find(selectLast ? reverse(x, axis) : x, axis), 'float32');
  const position = selectLast ? sub((x.shape[axis] ?? 1) - 1, found) : found;
  return keepDims ? reshape(position, withLength(x.shape, axis, 1)) : position;
}

/** The most extreme elements along an axis in order, or their positions; of equals the first comes first. */
export function topK(
  x: Tensor,
  { result, axis, count, largest }: Pick<TopKNode, 'result' | 'axis' | 'count' | 'largest'>,
): Tensor {
  const last = x.rank - 1;
  const swap = x.shape.map((_, index) => (index === axis ? last : index === last ? axis : index));
  const moved = transpose(x, swap);
  const { values, indices } = topk(largest ? moved : neg(moved), count, true);
  const found = result === 'indices' ? cast(indices, 'float32') : largest ? values : neg(values);
  return transpose(found, swap);
}

export function cumSum(
  x: Tensor,
  { axis, exclusive, reverse: fromEnd }: Pick<CumSumNode, 'axis' | 'exclusive' | 'reverse'>,
): Tensor {
  return cumsum(x, axis, exclusive, fromEnd);
}
