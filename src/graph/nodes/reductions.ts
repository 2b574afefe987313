import type { NodeBase, ValueId } from './base';

export interface ReduceNode extends NodeBase {
  readonly op: 'reduce';
  readonly kind: 'mean' | 'sum' | 'max' | 'min' | 'prod' | 'l1' | 'l2' | 'sumSquare' | 'logSum' | 'logSumExp';
  readonly inputs: readonly [ValueId];
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/** Position of the extreme along `axis`: of equals the first, or the last. */
export interface ArgReduceNode extends NodeBase {
  readonly op: 'argReduce';
  readonly kind: 'max' | 'min';
  readonly inputs: readonly [ValueId];
  readonly axis: number;
  readonly keepDims: boolean;
  readonly selectLast: boolean;
}

/** The `count` largest or smallest elements along `axis`, the most extreme first, or where they are. */
export interface TopKNode extends NodeBase {
  readonly op: 'topK';
  readonly result: 'values' | 'indices';
  readonly inputs: readonly [ValueId];
  readonly axis: number;
  readonly count: number;
  readonly largest: boolean;
}

/** Sums of the elements up to each along `axis`, itself left out when `exclusive`, from the end when `reverse`. */
export interface CumSumNode extends NodeBase {
  readonly op: 'cumSum';
  readonly inputs: readonly [ValueId];
  readonly axis: number;
  readonly exclusive: boolean;
  readonly reverse: boolean;
}
