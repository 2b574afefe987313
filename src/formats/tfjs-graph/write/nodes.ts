import type { Dim, Graph, Shape } from '../../../graph/graph';
import type { GraphNode } from '../../../graph/nodes';
import { splitSizes } from '../ops/movement';
import { boundsEntries } from '../ops/ranges';
import { outputName, type TfNode } from '../topology';
import type { Patch } from './patch';
import type { Constant } from '../../constants/constant';
import { resolveReshape } from '../../constants/reshape';

/** What is known about the model while it is rewritten. */
export interface Rewriting {
  readonly fixedBatch: number | null;
  readonly patch: Patch;
  readonly sliced: Graph;
  /** Shapes of the computed tensors, after. */
  readonly shapeOf: (name: string) => Shape | undefined;
  /** Constants as the file computes them, after. */
  readonly constant: (name: string) => Constant | undefined;
}

type Rewrite = (node: TfNode, model: Rewriting) => void;

/** Mends the operands that name numbers of channels literally. */
export function rewriteNode(node: TfNode, model: Rewriting): void {
  const rewrite = Object.hasOwn(rewrites, node.op) ? rewrites[node.op] : undefined;
  rewrite?.(node, model);
}

/** Gives the node an operand unless it has it already. */
function mend(
  node: TfNode,
  { patch, constant }: Rewriting,
  index: number,
  purpose: string,
  wanted: (given: readonly Dim[]) => readonly Dim[] | null,
): void {
  const found = constant(node.inputs[index] ?? '');
  if (!found) return;
  const given = Array.from(found.data);
  const values = wanted(given);
  if (!values || same(given, values)) return;
  const shape = found.shape.length === 1 ? [values.length] : found.shape;
  patch.setOperand(node, index, purpose, values, given, shape);
}

const reshape: Rewrite = (node, model) => {
  const [from, to] = [model.shapeOf(node.inputs[0] ?? ''), model.shapeOf(node.name)];
  if (!from || !to) return;
  const resolves = (values: readonly Dim[]) => {
    const found = resolveReshape(from, values, true, model.fixedBatch);
    return Array.isArray(found) && same(found, to);
  };
  mend(node, model, 1, 'shape', (given) => {
    if (resolves(given)) return null;
    const open = given.map((value, axis) => (value === -1 || value === null ? value : (to[axis] ?? value)));
    return resolves(open) ? open : to.map((dim) => dim ?? -1);
  });
};

/** A shape in which the batch and what the file computes stay as they are. */
const outputShape =
  (index: number): Rewrite =>
  (node, model) => {
    const shape = model.shapeOf(node.name);
    if (!shape) return;
    mend(node, model, index, 'shape', (given) => given.map((value, axis) => shape[axis] ?? value));
  };

const split: Rewrite = (node, model) => {
  const sizes = partSizes(node, node.attributes.int('num_split', 1), model, node.inputs[0] ?? '');
  if (sizes.some((size) => size !== sizes[0])) model.patch.toSplitV(node, sizes);
};

const splitV: Rewrite = (node, model) => {
  mend(node, model, 1, 'size_splits', (given) => {
    const wanted = partSizes(node, given.length, model, node.inputs[2] ?? '');
    const total = wanted.reduce((sum, size) => sum + size, 0);
    const now = splitSizes(
      given.map((size) => size ?? 0),
      total,
    );
    return wanted.length === 0 || same(now, wanted) ? null : wanted;
  });
};

function partSizes(node: TfNode, count: number, model: Rewriting, axisName: string): number[] {
  const shapes = Array.from({ length: count }, (_, i) => model.shapeOf(outputName(node.name, i)));
  const given = model.constant(axisName)?.data[0] ?? 0;
  return shapes.flatMap((shape) => shape?.at(given) ?? []);
}

const slice: Rewrite = (node, model) => {
  const shape = model.shapeOf(node.name);
  if (!shape) return;
  const cuts = slicesOf(node, model.sliced);
  mend(node, model, 1, 'begin', (given) =>
    given.map((start, axis) => cuts.find((cut) => cut.axis === axis)?.start ?? start),
  );
  mend(node, model, 2, 'size', (given) =>
    given.map((size, axis) => (size === -1 ? size : (shape[axis] ?? size))),
  );
};

const stridedSlice: Rewrite = (node, model) => {
  const shape = model.shapeOf(node.inputs[0] ?? '');
  const count = model.constant(node.inputs[1] ?? '')?.data.length;
  if (!shape || !count) return;
  const entries = boundsEntries(node, shape.length, count);
  const cuts = slicesOf(node, model.sliced);
  const cutAt = (index: number) => {
    const entry = entries[index];
    return entry && 'axis' in entry ? cuts.find(({ axis }) => axis === entry.axis) : undefined;
  };
  const masked = (name: string, index: number) => (node.attributes.int(name, 0) & (1 << index)) !== 0;
  mend(node, model, 1, 'begin', (given) =>
    given.map((start, i) => (masked('begin_mask', i) ? start : (cutAt(i)?.start ?? start))),
  );
  mend(node, model, 2, 'end', (given) =>
    given.map((old, i) => {
      const cut = cutAt(i);
      if (!cut || masked('end_mask', i)) return old;
      const end = cut.start + cut.count * cut.step;
      return end < 0 ? -(shape[cut.axis] ?? 0) - 1 : end;
    }),
  );
};

function slicesOf(node: TfNode, sliced: Graph): (GraphNode & { op: 'slice' })[] {
  return sliced.nodes.filter((one) => one.op === 'slice').filter(({ source }) => source === node.name);
}

const gather: Rewrite = (node, model) => {
  const now = model.sliced.nodes.find((one) => one.op === 'gather' && one.source === node.name);
  if (now?.op === 'gather') mend(node, model, 1, 'indices', () => now.indices);
};

const pad: Rewrite = (node, model) => {
  const now = model.sliced.nodes.find((one) => one.op === 'pad' && one.source === node.name);
  if (now?.op === 'pad') mend(node, model, 1, 'paddings', () => now.pads.flat());
};

function same(a: readonly Dim[], b: readonly Dim[]): boolean {
  return a.length === b.length && a.every((value, i) => value === b[i]);
}

const rewrites: Readonly<Record<string, Rewrite>> = {
  Reshape: reshape,
  Conv2DBackpropInput: outputShape(0),
  BroadcastTo: outputShape(1),
  Split: split,
  SplitV: splitV,
  Slice: slice,
  StridedSlice: stridedSlice,
  GatherV2: gather,
  Gather: gather,
  Pad: pad,
  PadV2: pad,
  MirrorPad: pad,
};
