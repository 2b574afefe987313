/** Kept positions along one axis, ascending. */
export interface AxisSlice {
  readonly axis: number;
  readonly indices: readonly number[];
}

/** Elements of a row-major tensor at the given positions of some axes. */
export function takeAxes(
  data: Float32Array,
  shape: readonly number[],
  slices: readonly AxisSlice[],
): { readonly data: Float32Array; readonly shape: readonly number[] } {
  let taken = { data, shape };
  for (const slice of slices) taken = takeAxis(taken.data, taken.shape, slice);
  return taken;
}

function takeAxis(data: Float32Array, shape: readonly number[], { axis, indices }: AxisSlice) {
  const size = shape[axis] ?? 1;
  const inner = shape.slice(axis + 1).reduce((product, dim) => product * dim, 1);
  const outer = data.length / (size * inner);
  const result = new Float32Array(outer * indices.length * inner);
  let at = 0;
  for (let row = 0; row < outer; row++)
    for (const index of indices) {
      const start = (row * size + index) * inner;
      if (inner === 1) result[at] = data[start] ?? 0;
      else result.set(data.subarray(start, start + inner), at);
      at += inner;
    }
  return { data: result, shape: shape.map((dim, i) => (i === axis ? indices.length : dim)) };
}
