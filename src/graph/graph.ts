/**
 * The intermediate representation every format is read into.
 *
 * A graph is a topologically ordered list of single-output nodes over named values. Activations are
 * channels-last (NHWC) wherever a channels-last operator touches them; readers insert explicit `transpose`
 * nodes where a source axis order must be restored, so no operator has a hidden layout. Weights and constants
 * are `Param`s and appear among a node's inputs like any other value.
 */

export type ValueId = string;

/** A dimension is a number, or `null` where it is the batch size. Only the leading axis may be `null`. */
export type Dim = number | null;
export type Shape = readonly Dim[];

export interface Value {
  readonly id: ValueId;
  /** The value's name in the source file. */
  readonly name: string;
  readonly shape: Shape;
}

/**
 * Where a parameter came from. `axes[i]` is the source tensor's axis that canonical axis `i` was taken from, or
 * −1 for an axis of length 1 that the source tensor does not have. Source axes of length 1 may be absent.
 */
export interface ParamSource {
  readonly tensor: string;
  readonly axes: readonly number[];
  /** Canonical axis `axis` runs over `axes[axis]` and, faster, over a whole other axis of this length. */
  readonly inner?: { readonly axis: number; readonly length: number };
}

export interface Param {
  readonly id: ValueId;
  readonly name: string;
  readonly shape: readonly number[];
  /** Row-major in the canonical axis order; length is the product of `shape`. */
  readonly data: Float32Array;
  /** `weight` counts as learnable; `statistic` is a running mean or variance; `constant` anything else. */
  readonly role: 'weight' | 'statistic' | 'constant';
  /** `null` when computed while reading (folded): such a param cannot be sliced, so its channels are frozen. */
  readonly source: ParamSource | null;
}

export interface GraphOutput {
  /** The output's name in the source file, as tasks refer to it. */
  readonly name: string;
  readonly value: ValueId;
}

export interface Graph {
  readonly inputs: readonly Value[];
  readonly outputs: readonly GraphOutput[];
  readonly nodes: readonly GraphNode[];
  /** Inputs and node outputs; not params. */
  readonly values: ReadonlyMap<ValueId, Value>;
  readonly params: ReadonlyMap<ValueId, Param>;
}

interface NodeBase {
  /** Unique in the graph. */
  readonly id: string;
  /** The name of the node (ONNX) or layer (Keras, TFJS) this came from, as a person would look it up. */
  readonly source: string;
  readonly output: ValueId;
}

/** [top, left, bottom, right] */
export type Pads = readonly [number, number, number, number];
export type Pair = readonly [number, number];

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

export type ArithmeticKind = 'add' | 'sub' | 'mul' | 'div' | 'pow' | 'min' | 'max' | 'mod';

/** 1 where it holds, 0 elsewhere; `and`, `or` and `xor` take everything but 0 as true. */
export type LogicKind =
  'equal' | 'greater' | 'greaterOrEqual' | 'less' | 'lessOrEqual' | 'and' | 'or' | 'xor';

/** `mod` has the sign of the divisor. */
export type BinaryKind = ArithmeticKind | LogicKind;

/** numpy broadcasting; an operand may be a param */
export interface BinaryNode extends NodeBase {
  readonly op: 'binary';
  readonly kind: BinaryKind;
  readonly inputs: readonly [ValueId, ValueId];
}

/** inputs: condition, yes, no, which broadcast → yes where the condition is not 0, else no */
export interface WhereNode extends NodeBase {
  readonly op: 'where';
  readonly inputs: readonly [ValueId, ValueId, ValueId];
}

export type UnaryKind =
  | { readonly kind: 'relu' | 'sigmoid' | 'tanh' | 'softplus' | 'softsign' | 'erf' | 'exp' | 'log' | 'sqrt' }
  | { readonly kind: 'abs' | 'neg' | 'reciprocal' | 'floor' | 'ceil' | 'round' | 'sign' | 'square' | 'rsqrt' }
  | { readonly kind: 'hardSwish' | 'silu' | 'mish' | 'selu' | 'sin' | 'cos' }
  | { readonly kind: 'leakyRelu' | 'elu' | 'celu' | 'thresholdedRelu'; readonly alpha: number }
  | { readonly kind: 'hardSigmoid'; readonly alpha: number; readonly beta: number }
  | { readonly kind: 'gelu'; readonly approximate: 'none' | 'tanh' }
  | { readonly kind: 'clip'; readonly min: number; readonly max: number };

export interface UnaryNode extends NodeBase {
  readonly op: 'unary';
  readonly fn: UnaryKind;
  readonly inputs: readonly [ValueId];
}

/** inputs: x, slope (broadcasts to x) */
export interface PReluNode extends NodeBase {
  readonly op: 'prelu';
  readonly inputs: readonly [ValueId, ValueId];
}

export interface SoftmaxNode extends NodeBase {
  readonly op: 'softmax' | 'logSoftmax';
  readonly inputs: readonly [ValueId];
  readonly axis: number;
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

export type Op = GraphNode['op'];

/** Layers whose kernels hold the weights: they produce channels (kernel's output axis) and consume them. */
export type KernelNode = Conv2dNode | ConvTranspose2dNode | DenseNode;

export function isKernelNode(node: GraphNode): node is KernelNode {
  return node.op === 'conv2d' || node.op === 'convTranspose2d' || node.op === 'dense';
}

/** Shape of a value or param. */
export function shapeOf(graph: Graph, id: ValueId): Shape {
  const found = graph.values.get(id) ?? graph.params.get(id);
  if (!found) throw new Error(`The graph has no value ${id}.`);
  return found.shape;
}
