import type { NodeBase, Pads, Pair, ValueId } from './base';
import type {
  Conv2dNode,
  ConvTranspose2dNode,
  DenseNode,
  MatMulNode,
  BatchNormNode,
  NormalizeNode,
  PoolNode,
} from './layers';
import type { BinaryNode, WhereNode, UnaryNode, PReluNode, SoftmaxNode } from './elementwise';
import type { ReduceNode, ArgReduceNode, TopKNode, CumSumNode } from './reductions';
import type {
  ConcatNode,
  SliceNode,
  GatherNode,
  PadNode,
  ResizeNode,
  ResampleNode,
  ReshapeNode,
  TransposeNode,
  ExpandNode,
  IdentityNode,
} from './movement';

export type { Pads, Pair, ValueId };
export type * from './layers';
export type * from './elementwise';
export type * from './reductions';
export type * from './movement';

/**
 * An operator the executor does not know. It is never executed: what lies beyond it passes through the export
 * untouched, the channels that reach it are frozen, and the page names it with `reason`.
 */
export interface OpaqueNode extends NodeBase {
  readonly op: 'opaque';
  readonly inputs: readonly ValueId[];
  /** The operator's name in the source, e.g. `NonMaxSuppression`. */
  readonly sourceOp: string;
  readonly reason: string;
}

export type GraphNode =
  | Conv2dNode
  | ConvTranspose2dNode
  | DenseNode
  | MatMulNode
  | BatchNormNode
  | NormalizeNode
  | BinaryNode
  | WhereNode
  | UnaryNode
  | PReluNode
  | SoftmaxNode
  | PoolNode
  | ReduceNode
  | ArgReduceNode
  | TopKNode
  | CumSumNode
  | ConcatNode
  | SliceNode
  | GatherNode
  | PadNode
  | ResizeNode
  | ResampleNode
  | ReshapeNode
  | TransposeNode
  | ExpandNode
  | IdentityNode
  | OpaqueNode;

/** Layers whose kernels hold the weights: they produce channels (kernel's output axis) and consume them. */
export type KernelNode = Conv2dNode | ConvTranspose2dNode | DenseNode;

export function isKernelNode(node: GraphNode): node is KernelNode {
  return node.op === 'conv2d' || node.op === 'convTranspose2d' || node.op === 'dense';
}
