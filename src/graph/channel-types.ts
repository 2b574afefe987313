import type { ValueId } from './graph';

export type GroupId = string;

/**
 * Kept channels of each group, by unit index, ascending. A group that is absent is whole. Unit `u` of a group is
 * everything that is removed together with the `u`-th channel class of its first producer.
 */
export type KeepLists = ReadonlyMap<GroupId, readonly number[]>;

/** A layer that makes or reads a group's channels. `name` is the source's (ONNX kernel initializer, TFJS layer). */
export interface LayerRef {
  readonly node: string;
  readonly name: string;
}

export interface ChannelGroup {
  /** The name of the first producer in discovery order. */
  readonly id: GroupId;
  /** Number of units: C in DESIGN's formulas. */
  readonly size: number;
  readonly producers: readonly LayerRef[];
  readonly consumers: readonly LayerRef[];
  /** `null`, or why nothing of it may be removed. */
  readonly frozen: string | null;
  /** `channels[u]`: unit u's channel indices in the first producer's output, in the original numbering. */
  readonly channels: readonly (readonly number[])[];
}

/** Which unit each position of an axis belongs to: `groups[group[i]]`'s unit `unit[i]`; group −1 is always kept. */
export interface AxisLabels {
  readonly axis: number;
  readonly group: Int32Array;
  readonly unit: Int32Array;
}

export interface ChannelMap {
  /** Prunable and frozen groups, in discovery order (DESIGN §4 "graph order"). */
  readonly groups: readonly ChannelGroup[];
  /** At most one labelled axis a value. */
  readonly values: ReadonlyMap<ValueId, AxisLabels>;
  /** Labelled axes of each param (a kernel has an input and an output axis). */
  readonly params: ReadonlyMap<ValueId, readonly AxisLabels[]>;
}
