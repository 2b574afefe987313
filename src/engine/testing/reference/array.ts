/** A dense float64 array in row-major order: what the reference interpreter works on. */
export interface NdArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export function sizeOf(shape: readonly number[]): number {
  return shape.reduce((size, dim) => size * dim, 1);
}

export function ndarray(shape: readonly number[], data: ArrayLike<number>): NdArray {
  return { shape, data: Float64Array.from(data) };
}

/** Builds an array by asking for the value at every multi-index. */
export function build(shape: readonly number[], at: (index: readonly number[]) => number): NdArray {
  const data = new Float64Array(sizeOf(shape));
  data.forEach((_, flat) => {
    data[flat] = at(unravel(flat, shape));
  });
  return { shape, data };
}

/** The value at a multi-index; an index outside the array is an error, so that no slip goes unseen. */
export function at(array: NdArray, index: readonly number[]): number {
  let flat = 0;
  array.shape.forEach((dim, axis) => {
    const position = index[axis] ?? NaN;
    if (!(position >= 0 && position < dim))
      throw new RangeError(`index ${index.join()} of ${array.shape.join()}`);
    flat = flat * dim + position;
  });
  return array.data[flat] ?? NaN;
}

/** The value at an index of a shape that this array broadcasts to. */
export function atBroadcast(array: NdArray, index: readonly number[]): number {
  const offset = index.length - array.shape.length;
  return at(
    array,
    array.shape.map((dim, axis) => (dim === 1 ? 0 : (index[axis + offset] ?? 0))),
  );
}

export function unravel(flat: number, shape: readonly number[]): number[] {
  let rest = flat;
  return shape
    .toReversed()
    .map((dim) => {
      const position = rest % dim;
      rest = Math.floor(rest / dim);
      return position;
    })
    .reverse();
}

export function replaced(index: readonly number[], axis: number, position: number): number[] {
  return index.map((old, i) => (i === axis ? position : old));
}

export function range(count: number): number[] {
  return Array.from({ length: count }, (_, i) => i);
}
