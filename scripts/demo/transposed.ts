/** Row-major `data` of `shape` with its axes reordered: axis i of the result is axis `order[i]` of the data. */
export function transposed(
  data: Float32Array,
  shape: readonly number[],
  order: readonly number[],
): Float32Array {
  const strides = shape.map((_, axis) => shape.slice(axis + 1).reduce((product, dim) => product * dim, 1));
  const dims = order.map((axis) => shape[axis] ?? 1);
  const steps = order.map((axis) => strides[axis] ?? 1);
  return Float32Array.from({ length: data.length }, (_, index) => {
    let rest = index;
    let source = 0;
    for (let axis = dims.length - 1; axis >= 0; axis--) {
      const dim = dims[axis] ?? 1;
      source += (rest % dim) * (steps[axis] ?? 1);
      rest = Math.floor(rest / dim);
    }
    return data[source] ?? 0;
  });
}
