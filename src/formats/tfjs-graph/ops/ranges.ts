import type { Dim, Shape } from '../../../graph/graph';
import { axisOf } from '../fold/fold';
import type { TfNode } from '../topology';
import { unsupported } from '../../constants/constant';
import { clampedRange } from '../../constants/range';

export interface SliceRange {
  readonly axis: number;
  readonly start: number;
  readonly count: number;
  readonly step: number;
}

/** The axes a Slice cuts; those it leaves whole are left out. A size of −1 reaches to the end. */
export function sliceRanges(
  node: TfNode,
  shape: Shape,
  begin: readonly number[],
  size: readonly number[],
  fixedBatch: number | null,
): SliceRange[] {
  if (begin.length !== shape.length || size.length !== shape.length)
    node.fail(`it has ${begin.length} positions and ${size.length} sizes for ${shape.length} dimensions.`);
  return shape.flatMap((dim, axis) => {
    const [start = 0, wanted = -1] = [begin[axis], size[axis]];
    if (dim === null)
      return start === 0 && (wanted === -1 || wanted === fixedBatch)
        ? []
        : unsupported('it takes part of the batch');
    const count = wanted === -1 ? dim - start : wanted;
    if (!(start >= 0 && count >= 0 && start + count <= dim))
      node.fail(`positions ${start} to ${start + count} are outside an axis of ${dim}.`);
    if (count === 0) return unsupported('nothing is left of its input');
    return start === 0 && count === dim ? [] : [{ axis, start, count, step: 1 }];
  });
}

export interface StridedBounds {
  readonly begin: readonly number[];
  readonly end: readonly number[];
  readonly strides: readonly number[];
}

/** What one entry of a StridedSlice's bounds does. */
export type BoundsEntry =
  | { readonly kind: 'new axis' }
  | { readonly kind: 'ellipsis'; readonly axes: number }
  | { readonly kind: 'range' | 'single'; readonly axis: number };

/** Which axis each entry of the bounds is for, by the masks. Axes after the last entry are whole. */
export function boundsEntries(node: TfNode, rank: number, count: number): BoundsEntry[] {
  const mask = (name: string) => node.attributes.int(name, 0);
  const bit = (bits: number, index: number) => (bits & (1 << index)) !== 0;
  const [ellipsis, added, single] = [mask('ellipsis_mask'), mask('new_axis_mask'), mask('shrink_axis_mask')];
  if (count > 30) node.fail(`it has bounds for ${count} dimensions.`);
  const indices = Array.from({ length: count }, (_, index) => index);
  const named = indices.filter((index) => !bit(ellipsis, index) && !bit(added, index)).length;
  let axis = 0;
  return indices.map((index): BoundsEntry => {
    if (bit(ellipsis, index)) {
      const axes = Math.max(0, rank - named);
      axis += axes;
      return { kind: 'ellipsis', axes };
    }
    if (bit(added, index)) return { kind: 'new axis' };
    return { kind: bit(single, index) ? 'single' : 'range', axis: axisOf(node, axis++, rank) };
  });
}

/** The axes a StridedSlice cuts, and the shape it leaves. */
export function stridedRanges(
  node: TfNode,
  shape: Shape,
  { begin, end, strides }: StridedBounds,
  fixedBatch: number | null,
): { ranges: SliceRange[]; shape: Dim[] } {
  if (end.length !== begin.length || strides.length !== begin.length)
    node.fail('its bounds have different lengths.');
  const masked = (name: string, index: number) => (node.attributes.int(name, 0) & (1 << index)) !== 0;
  const ranges: SliceRange[] = [];
  const result: Dim[] = [];
  let seen = 0;
  boundsEntries(node, shape.length, begin.length).forEach((entry, index) => {
    if (entry.kind === 'new axis') {
      result.push(1);
      return;
    }
    if (entry.kind === 'ellipsis') {
      result.push(...shape.slice(seen, seen + entry.axes));
      seen += entry.axes;
      return;
    }
    seen = entry.axis + 1;
    const dim = shape[entry.axis] ?? null;
    const [from = 0, to = 0, step = 1] = [begin[index], end[index], strides[index]];
    if (step === 0) node.fail('a stride is 0.');
    const [fromStart, toEnd] = [masked('begin_mask', index), masked('end_mask', index)];
    if (entry.kind === 'single') {
      const position = dim !== null && from < 0 ? from + dim : from;
      if (dim === null) return unsupported('it takes part of the batch');
      if (!(position >= 0 && position < dim)) node.fail(`position ${from} is outside its axis.`);
      ranges.push({ axis: entry.axis, start: position, count: 1, step: 1 });
      return;
    }
    if (dim === null) {
      const whole = step === 1 && (fromStart || from === 0) && (toEnd || to >= (fixedBatch ?? 2 ** 31 - 1));
      result.push(whole ? null : unsupported('it takes part of the batch'));
      return;
    }
    const first = fromStart ? (step > 0 ? 0 : dim - 1) : from;
    const last = toEnd ? (step > 0 ? dim : -dim - 1) : to;
    const range = clampedRange(first, last, step, dim);
    if (range.count === 0) unsupported('nothing is left of its input');
    if (range.count !== dim || range.start !== 0 || step !== 1) ranges.push({ axis: entry.axis, ...range });
    result.push(range.count);
  });
  return { ranges, shape: [...result, ...shape.slice(seen)] };
}
