import type { ChannelMap, KeepLists } from './channel-types';
import type { Graph, Param, ValueId } from './graph';
import { paramSlices } from './keep';
import type { AxisSlice } from './take';

/**
 * The original graph with a sliced network's numbers where they were taken from; what was removed keeps the
 * original's. The inverse of slicing: `sliceGraph(scatterParams(g, c, k, sliced), c, k)` has the sliced params.
 *
 * @param sliced params of the network that `keep` leaves; params that are not among them stay as they were
 * @throws Error when a param's shape is not that of the slice
 */
export function scatterParams(
  original: Graph,
  channels: ChannelMap,
  keep: KeepLists,
  sliced: ReadonlyMap<ValueId, Pick<Param, 'data' | 'shape'>>,
): Graph {
  const slices = paramSlices(channels, keep);
  const params = new Map(original.params);
  for (const [id, { data }] of sliced) {
    const param = original.params.get(id);
    if (!param || param.data === data) continue;
    params.set(id, { ...param, data: putAxes(param, slices.get(id) ?? [], data) });
  }
  return { ...original, params };
}

/** A param's numbers with `values` in the places that the slices take. */
function putAxes(
  { data, shape, name }: Pick<Param, 'data' | 'shape' | 'name'>,
  slices: readonly AxisSlice[],
  values: Float32Array,
): Float32Array {
  const places = takenPlaces(shape, slices);
  if (places.length !== values.length)
    throw new Error(`The slice of ${name} has ${places.length} numbers, not ${values.length}.`);
  const result = data.slice();
  places.forEach((place, index) => (result[place] = values[index] ?? 0));
  return result;
}

/** Where the elements of a slice lie in a row-major tensor of `shape`. */
function takenPlaces(shape: readonly number[], slices: readonly AxisSlice[]): Int32Array {
  let places = Int32Array.of(0);
  shape.forEach((size, axis) => {
    const indices = slices.find((slice) => slice.axis === axis)?.indices ?? Array.from(Array(size).keys());
    const next = new Int32Array(places.length * indices.length);
    places.forEach((place, row) =>
      indices.forEach((index, column) => (next[row * indices.length + column] = place * size + index)),
    );
    places = next;
  });
  return places;
}
