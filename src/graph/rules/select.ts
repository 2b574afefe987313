import type { GatherNode, PadNode, SliceNode } from '../nodes';
import type { Carried, Propagation } from '../propagation';

/** Positions a slice takes from its axis. */
export function slicePositions(node: Pick<SliceNode, 'start' | 'count' | 'step'>): readonly number[] {
  return Array.from({ length: node.count }, (_, i) => node.start + i * node.step);
}

export function slice(p: Propagation, node: SliceNode): Carried {
  const [x] = node.inputs;
  const carried = p.carried(x);
  if (carried.axis !== node.axis) return carried;
  if (Math.abs(node.step) !== 1) return p.freeze(x, `taken in steps of ${node.step} by "${node.source}"`);
  return pick(carried, slicePositions(node));
}

export function gather(p: Propagation, node: GatherNode): Carried {
  const carried = p.carried(node.inputs[0]);
  return carried.axis === node.axis ? pick(carried, node.indices) : carried;
}

/** Channels of a constant put before or after the labelled ones have labels of their own; they may go, too. */
export function pad(p: Propagation, node: PadNode): Carried {
  const [x] = node.inputs;
  const carried = p.carried(x);
  if (carried.axis === null) return carried;
  const [before, after] = node.pads[carried.axis] ?? [0, 0];
  if (before === 0 && after === 0) return carried;
  if (node.mode !== 'constant') return p.freeze(x, `padded with its own channels by "${node.source}"`);
  const { labels } = carried;
  const kept = labels.subarray(Math.max(0, -before), labels.length - Math.max(0, -after));
  const padded = [p.labels.fresh(Math.max(0, before)), kept, p.labels.fresh(Math.max(0, after))];
  return { axis: carried.axis, labels: Int32Array.from(padded.flatMap((part) => [...part])) };
}

function pick(carried: Carried & { axis: number }, positions: readonly number[]): Carried {
  return { axis: carried.axis, labels: Int32Array.from(positions, (i) => carried.labels[i] ?? 0) };
}
