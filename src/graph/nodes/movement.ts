import type { NodeBase, Pair, ValueId } from './base';

export interface ConcatNode extends NodeBase {
  readonly op: 'concat';
  readonly inputs: readonly ValueId[];
  readonly axis: number;
}

/** `count` elements along `axis`: start, start+step, …; step may be negative. Splits become several of these. */
export interface SliceNode extends NodeBase {
  readonly op: 'slice';
  readonly inputs: readonly [ValueId];
  readonly axis: number;
  readonly start: number;
  readonly count: number;
  readonly step: number;
}

/** Constant indices along one axis; a scalar index (rank falls by one) is followed by a reshape. */
export interface GatherNode extends NodeBase {
  readonly op: 'gather';
  readonly inputs: readonly [ValueId];
  readonly axis: number;
  readonly indices: readonly number[];
}

export interface PadNode extends NodeBase {
  readonly op: 'pad';
  readonly inputs: readonly [ValueId];
  readonly mode: 'constant' | 'reflect' | 'edge';
  readonly value: number;
  /** [before, after] for each axis */
  readonly pads: readonly Pair[];
}

/** x [N,H,W,C] → [N,size[0],size[1],C]; conventions and names are those of ONNX Resize */
export interface ResizeNode extends NodeBase {
  readonly op: 'resize';
  readonly inputs: readonly [ValueId];
  readonly mode: 'nearest' | 'linear';
  readonly coordinates:
    'half_pixel' | 'pytorch_half_pixel' | 'align_corners' | 'asymmetric' | 'half_pixel_symmetric';
  readonly nearestMode: 'round_prefer_floor' | 'round_prefer_ceil' | 'floor' | 'ceil';
  readonly size: Pair;
  /** output/input ratio used to map coordinates, which may differ from size/input size when scales were given */
  readonly scales: Pair;
}

/** Each position along `axis` becomes a weighted sum of the input's: any filter, such as cubic or antialiased resizing. */
export interface ResampleNode extends NodeBase {
  readonly op: 'resample';
  readonly inputs: readonly [ValueId];
  readonly axis: number;
  /** For each output position the input positions it reads, with their weights. */
  readonly taps: readonly (readonly Tap[])[];
}

export interface Tap {
  readonly index: number;
  readonly weight: number;
}

/** The target shape is the output value's shape (`null` = batch). */
export interface ReshapeNode extends NodeBase {
  readonly op: 'reshape';
  readonly inputs: readonly [ValueId];
}

export interface TransposeNode extends NodeBase {
  readonly op: 'transpose';
  readonly inputs: readonly [ValueId];
  /** output axis i is input axis perm[i] */
  readonly perm: readonly number[];
}

/** Broadcasts axes of length 1 to the output value's shape. */
export interface ExpandNode extends NodeBase {
  readonly op: 'expand';
  readonly inputs: readonly [ValueId];
}

export interface IdentityNode extends NodeBase {
  readonly op: 'identity';
  readonly inputs: readonly [ValueId];
}
