import type { NodeBase, Pads, Pair, ValueId } from './base';

/** inputs: x [N,H,W,Ci], kernel [KH,KW,Ci/groups,Co], bias [Co] (optional) → [N,OH,OW,Co] */
export interface Conv2dNode extends NodeBase {
  readonly op: 'conv2d';
  readonly inputs: readonly ValueId[];
  readonly strides: Pair;
  readonly dilations: Pair;
  readonly pads: Pads;
  readonly groups: number;
}

/** inputs: x [N,H,W,Ci], kernel [KH,KW,Co/groups,Ci], bias [Co] (optional) → [N,OH,OW,Co] */
export interface ConvTranspose2dNode extends NodeBase {
  readonly op: 'convTranspose2d';
  readonly inputs: readonly ValueId[];
  readonly strides: Pair;
  readonly dilations: Pair;
  readonly pads: Pads;
  /** Extra rows and columns at the bottom and right of the output. */
  readonly outputPadding: Pair;
  readonly groups: number;
}

/** inputs: x [...,I], kernel [I,O], bias [O] (optional) → [...,O] */
export interface DenseNode extends NodeBase {
  readonly op: 'dense';
  readonly inputs: readonly ValueId[];
}

/** inputs: a [...,M,K], b [...,K,N], both activations, batch axes broadcast */
export interface MatMulNode extends NodeBase {
  readonly op: 'matmul';
  readonly inputs: readonly [ValueId, ValueId];
  readonly transposeA: boolean;
  readonly transposeB: boolean;
}

/** inputs: x [...,C], scale, offset, mean, variance, each [C]; normalises the last axis' channels */
export interface BatchNormNode extends NodeBase {
  readonly op: 'batchNorm';
  readonly inputs: readonly [ValueId, ValueId, ValueId, ValueId, ValueId];
  readonly epsilon: number;
}

/** (x − mean) / sqrt(variance + epsilon) over `axes`; scale and offset follow as binary nodes */
export interface NormalizeNode extends NodeBase {
  readonly op: 'normalize';
  readonly inputs: readonly [ValueId];
  readonly axes: readonly number[];
  readonly epsilon: number;
}

/** x [N,H,W,C]; the output size is the node's output value's shape, so ceil modes need no flag here */
export interface PoolNode extends NodeBase {
  readonly op: 'pool';
  readonly kind: 'max' | 'average';
  readonly inputs: readonly [ValueId];
  readonly kernel: Pair;
  readonly strides: Pair;
  readonly dilations: Pair;
  readonly pads: Pads;
  readonly countIncludePad: boolean;
}
