import type { NodeProto } from 'onnx-buf';
import type { Dim, Graph, Shape } from '../../../graph/graph';
import type { GraphNode } from '../../../graph/nodes';
import { at, identityPerm } from '../layout';
import { onnxNode, type OnnxNode } from '../node';
import type { Tensor } from '../values';
import type { Patch } from './patch';
import type { Constant } from '../../constants/constant';
import { clampedRange } from '../../constants/range';
import { resolveReshape } from '../../constants/reshape';

/** What is known about the model while it is rewritten. */
export interface Rewriting {
  readonly opset: number;
  readonly fixedBatch: number | null;
  readonly patch: Patch;
  readonly original: Graph;
  readonly sliced: Graph;
  readonly tensors: ReadonlyMap<string, Tensor>;
  /** Shapes in the file's axis order, before and after. */
  readonly shapes: { readonly old: ShapeLookup; readonly new: ShapeLookup };
  /** Constants as the file computes them, before and after. */
  readonly constants: { readonly old: ConstantLookup; readonly new: ConstantLookup };
}

type ShapeLookup = (name: string) => Shape | undefined;
type ConstantLookup = (name: string) => Constant | undefined;
type Rewrite = (proto: NodeProto, node: OnnxNode, model: Rewriting) => void;

/** Mends the attributes and operands that name numbers of channels literally. */
export function rewriteNode(proto: NodeProto, model: Rewriting): void {
  const rewrite = Object.hasOwn(rewrites, proto.opType) ? rewrites[proto.opType] : undefined;
  rewrite?.(proto, onnxNode(proto, model.opset, ''), model);
}

const convolution: Rewrite = (proto, node, { patch, shapes }) => {
  const groups = node.attributes.int('group', 1);
  const name = at(proto.input, 0);
  const channels = shapes.new(name)?.[1];
  if (groups > 1 && shapes.old(name)?.[1] === groups && channels) patch.setInt(proto, 'group', channels);
};

const reshape: Rewrite = (proto, node, model) => {
  const [input = '', operand = ''] = proto.input;
  const allowZero = node.attributes.int('allowzero', 0) !== 0;
  const from = model.shapes.new(input) ?? model.constants.new(input)?.shape;
  const wanted = model.shapes.new(at(proto.output, 0)) ?? reshapedConstant(proto, model);
  const given = model.constants.new(operand);
  if (!from || !wanted || !given) return;
  const values = Array.from(given.data);
  const resolved = resolveReshape(from, values, allowZero, model.fixedBatch);
  if (Array.isArray(resolved) && same(resolved, wanted)) return;
  const sizes = wanted.map((dim, axis) => dim ?? (values[axis] === null ? 0 : (values[axis] ?? 0)));
  model.patch.setOperand(proto, 1, 'shape', sizes);
};

/** Without axes it would take the single channel that is left for an axis to drop. */
const squeeze: Rewrite = (proto, node, model) => {
  const input = at(proto.input, 0);
  const [before, after] = [model.shapes.old(input), model.shapes.new(input)];
  if (node.attributes.has('axes') || proto.input[1] || !before || !after) return;
  const dropped = (shape: Shape) => identityPerm(shape.length).filter((axis) => shape[axis] === 1);
  if (same(dropped(before), dropped(after))) return;
  if (model.opset < 13) model.patch.setInts(proto, 'axes', dropped(before));
  else model.patch.setOperand(proto, 1, 'axes', dropped(before));
};

/** A weight whose reshape only adds or drops axes of length 1, after slicing. */
function reshapedConstant(proto: NodeProto, { constants }: Rewriting): Shape | undefined {
  const [input = '', operand = ''] = proto.input;
  const before = constants.old(input);
  const after = constants.new(input);
  const sizes = constants.old(at(proto.output, 0))?.shape;
  if (!before || !after || !sizes || same(before.shape, after.shape) || !constants.old(operand))
    return undefined;
  const long = identityPerm(before.shape.length).filter((axis) => before.shape[axis] !== 1);
  let next = 0;
  return sizes.map((dim) => (dim === 1 ? 1 : at(after.shape, at(long, next++))));
}

const expand: Rewrite = (proto, _, model) => {
  const [input = '', operand = ''] = proto.input;
  const { shapes, constants } = model;
  // A constant that can be sliced is as large before the Expand as after it.
  const [before, after] = shapes.new(input)
    ? [shapes.old(at(proto.output, 0)), shapes.new(at(proto.output, 0))]
    : [constants.old(input)?.shape, constants.new(input)?.shape];
  const given = constants.new(operand);
  if (!before || !after || !given) return;
  const values = Array.from(given.data);
  const offset = after.length - values.length;
  const mended = values.map((value, i) => mendedSize(value, before[i + offset], after[i + offset]));
  if (mended.some((value, i) => value !== values[i])) setSizes(model, proto, 1, mended);
};

const resize: Rewrite = (proto, _, model) => {
  const operand = proto.input[3] ?? '';
  const [before, after] = [model.shapes.old(at(proto.output, 0)), model.shapes.new(at(proto.output, 0))];
  const given = operand === '' ? undefined : model.constants.new(operand);
  if (!before || !after || !given || given.data.length !== after.length) return;
  const values = Array.from(given.data);
  const mended = values.map((value, i) => mendedSize(value, before[i], after[i]));
  if (mended.some((value, i) => value !== values[i])) setSizes(model, proto, 3, mended);
};

/** A size that named the old number of channels names the new one. */
function mendedSize(value: Dim, before: Dim | undefined, after: Dim | undefined): Dim {
  return before !== after && value === before && after !== undefined ? after : value;
}

function setSizes(
  { patch, fixedBatch }: Rewriting,
  proto: NodeProto,
  index: number,
  sizes: readonly Dim[],
): void {
  patch.setOperand(
    proto,
    index,
    'sizes',
    sizes.map((size) => size ?? fixedBatch ?? 1),
  );
}

const split: Rewrite = (proto, node, model) => {
  const input = at(proto.input, 0);
  const before = model.shapes.old(input);
  if (!before) return;
  const given = node.attributes.int('axis', 0);
  const axis = given < 0 ? given + before.length : given;
  const size = (shapes: ShapeLookup) => proto.output.map((name) => shapes(name)?.[axis] ?? 0);
  const [old, wanted] = [size(model.shapes.old), size(model.shapes.new)];
  if (same(old, wanted) || wanted.includes(0)) return;
  model.patch.remove(proto, 'num_outputs');
  if (model.opset < 13) model.patch.setInts(proto, 'split', wanted);
  else model.patch.setOperand(proto, 1, 'split', wanted);
};

const gather: Rewrite = (proto, _, model) => {
  const [before, after] = movedNodes(proto, model, 'gather');
  const [old, now] = [before[0], after[0]];
  if (old?.op !== 'gather' || now?.op !== 'gather' || same(old.indices, now.indices)) return;
  const rank = model.constants.old(at(proto.input, 1))?.shape.length ?? 1;
  model.patch.setOperand(proto, 1, 'indices', now.indices, rank === 0 ? [] : [now.indices.length]);
};

const slice: Rewrite = (proto, node, model) => {
  const input = at(proto.input, 0);
  const shape = model.shapes.new(input);
  const ranges = sliceOperands(node, proto, model.constants.new);
  if (!shape || !ranges) return;
  const wanted = movedNodes(proto, model, 'slice')[1].flatMap((moved) =>
    moved.op === 'slice' ? [{ ...moved, axis: at(permOf(proto, model), moved.axis) }] : [],
  );
  const mended = ranges.map((range) => {
    const axis = range.axis < 0 ? range.axis + shape.length : range.axis;
    const now = wanted.find((moved) => moved.axis === axis);
    const size = shape[axis];
    if (!now || size === null || size === undefined) return range;
    const found = clampedRange(range.start, range.end, range.step, size);
    if (found.start === now.start && found.count === now.count) return range;
    const end = now.start + now.count * now.step;
    return { ...range, start: now.start, end: end < 0 ? -size - 1 : end };
  });
  if (mended.every((range, i) => range === ranges[i])) return;
  setSlice(model, proto, mended);
};

interface SliceOperands {
  readonly axis: number;
  readonly start: number;
  readonly end: number;
  readonly step: number;
}

function sliceOperands(
  node: OnnxNode,
  proto: NodeProto,
  constants: ConstantLookup,
): SliceOperands[] | undefined {
  const list = (attribute: string, index: number) => {
    const constant = constants(proto.input[index] ?? '');
    return node.attributes.ints(attribute) ?? (constant && Array.from(constant.data, (value) => value ?? 0));
  };
  const [starts, ends] = [list('starts', 1), list('ends', 2)];
  if (!starts || !ends || starts.length !== ends.length) return undefined;
  const [axes, steps] = [list('axes', 3), list('steps', 4)];
  return starts.map((start, i) => ({
    start,
    end: at(ends, i),
    axis: axes?.[i] ?? i,
    step: steps?.[i] ?? 1,
  }));
}

function setSlice({ opset, patch }: Rewriting, proto: NodeProto, ranges: readonly SliceOperands[]): void {
  const lists = {
    starts: ranges.map(({ start }) => start),
    ends: ranges.map(({ end }) => end),
    axes: ranges.map(({ axis }) => axis),
    steps: ranges.map(({ step }) => step),
  };
  if (opset < 10) {
    for (const name of ['starts', 'ends', 'axes'] as const) patch.setInts(proto, name, lists[name]);
    return;
  }
  (['starts', 'ends', 'axes', 'steps'] as const).forEach((name, i) =>
    patch.setOperand(proto, i + 1, name, lists[name]),
  );
}

const pad: Rewrite = (proto, node, model) => {
  const [before, after] = movedNodes(proto, model, 'pad');
  const [old, now] = [before[0], after[0]];
  if (old?.op !== 'pad' || now?.op !== 'pad' || same(old.pads.flat(), now.pads.flat())) return;
  const perm = permOf(proto, model);
  const places = identityPerm(now.pads.length).map((axis) => perm.indexOf(axis));
  const pads = [0, 1].flatMap((side) => places.map((place) => at(at(now.pads, place), side)));
  if (node.attributes.has('pads')) model.patch.setInts(proto, 'pads', pads);
  else model.patch.setOperand(proto, 1, 'pads', pads);
  if (proto.input[3]) proto.input.length = 3;
};

/** The graph's nodes of one kind that this node became, before and after slicing. */
function movedNodes(
  proto: NodeProto,
  { original, sliced }: Rewriting,
  op: GraphNode['op'],
): readonly [readonly GraphNode[], readonly GraphNode[]] {
  const label = proto.name || at(proto.output, 0);
  const own = (node: GraphNode) => node.op === op && node.source === label;
  return [original.nodes.filter(own), sliced.nodes.filter(own)];
}

/** Arrangement in which the node's result was made, which its graph nodes share. */
function permOf(proto: NodeProto, { tensors }: Rewriting): readonly number[] {
  const result = tensors.get(at(proto.output, 0));
  return result?.kind === 'activation' ? result.arrangements[0].perm : [];
}

function same(a: readonly Dim[], b: readonly Dim[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

const rewrites: Readonly<Record<string, Rewrite>> = {
  Conv: convolution,
  ConvTranspose: convolution,
  Reshape: reshape,
  Squeeze: squeeze,
  Expand: expand,
  Resize: resize,
  Split: split,
  Slice: slice,
  Gather: gather,
  Pad: pad,
};
