import type { ChannelMap, KeepLists } from '../graph/channel-types';
import type { Graph, Param } from '../graph/graph';
import { paramSlices } from '../graph/slice';
import { takeAxes } from '../graph/take';
import { transposed } from './constants/strided';

/** A tensor of the file after slicing, row-major in the file's axis order; axes of length 1 may be missing. */
export interface ChangedTensor {
  readonly shape: readonly number[];
  /** The file's axis that each axis of `shape` is. */
  readonly axes: readonly number[];
  readonly data: Float32Array;
  /** What slicing alone leaves, as the graph has it. */
  readonly before: Float32Array;
}

/**
 * The tensors, by their names in the file, to which the sliced network gives other numbers than the original's, as
 * training and reconstruction do.
 */
export function changedTensors(
  original: Graph,
  channels: ChannelMap,
  keep: KeepLists,
  sliced: Graph,
): ReadonlyMap<string, ChangedTensor> {
  const slices = paramSlices(channels, keep);
  const changed = new Map<string, ChangedTensor>();
  for (const param of sliced.params.values()) {
    const first = original.params.get(param.id);
    if (!first?.source || first.role === 'constant' || first.data === param.data) continue;
    const { data, shape } = takeAxes(first.data, first.shape, slices.get(param.id) ?? []);
    if (data.every((value, index) => value === param.data[index])) continue;
    const order = fileOrder(first.source.axes);
    const { axes } = first.source;
    changed.set(first.source.tensor, {
      shape: order.map((axis) => shape[axis] ?? 1),
      axes: order.map((axis) => axes[axis] ?? 0),
      data: transposed(param.data, shape, order),
      before: transposed(data, shape, order),
    });
  }
  return changed;
}

/** Canonical axes in the order of the file's. */
function fileOrder(axes: NonNullable<Param['source']>['axes']): number[] {
  return axes
    .map((axis, canonical) => ({ axis, canonical }))
    .filter(({ axis }) => axis >= 0)
    .sort((a, b) => a.axis - b.axis)
    .map(({ canonical }) => canonical);
}
