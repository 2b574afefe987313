/**
 * How an array's sample lies over an output's sample. Label files are usually channels-last while a model's output
 * may be channels-first, so both arrangements are accepted; axes of length 1 do not count.
 */

export type Sample = readonly number[];

export const elementCount = (shape: Sample): number => shape.reduce((product, size) => product * size, 1);

/**
 * For each element of the output's sample, the index of the array's element that belongs to it, or `null` when the
 * shapes do not fit. The array may lack the channel axis, or be a single number, when `broadcast` is set.
 */
export function alignElements(output: Sample, array: Sample, broadcast: boolean): Int32Array | null {
  const shape = squeeze(output);
  const target = squeeze(array);
  const last = shape.length - 1;
  const strides = rowMajorStrides(target);
  if (sameShape(shape, target)) return indexMap(shape, strides);
  if (last > 0) {
    if (sameShape(channelsLast(shape), target))
      return indexMap(shape, [at(strides, last), ...strides.slice(0, last)]);
    if (sameShape(channelsFirst(shape), target))
      return indexMap(shape, [...strides.slice(1), at(strides, 0)]);
  }
  if (!broadcast) return null;
  if (last > 0) {
    if (sameShape(shape.slice(1), target)) return indexMap(shape, [0, ...strides]);
    if (sameShape(shape.slice(0, last), target)) return indexMap(shape, [...strides, 0]);
  }
  return target.length === 0
    ? indexMap(
        shape,
        shape.map(() => 0),
      )
    : null;
}

export function squeeze(shape: Sample): number[] {
  return shape.filter((size) => size !== 1);
}

export function sameShape(a: Sample, b: Sample): boolean {
  return a.length === b.length && a.every((size, axis) => size === b[axis]);
}

const channelsLast = (shape: Sample): number[] => [...shape.slice(1), at(shape, 0)];
const channelsFirst = (shape: Sample): number[] => [at(shape, shape.length - 1), ...shape.slice(0, -1)];
const at = (values: Sample, index: number): number => values[index] ?? 1;

function rowMajorStrides(shape: Sample): number[] {
  return shape.map((_, axis) => elementCount(shape.slice(axis + 1)));
}

function indexMap(shape: Sample, strides: Sample): Int32Array {
  let map = Int32Array.of(0);
  for (const [axis, size] of shape.entries()) {
    const stride = at(strides, axis);
    const next = new Int32Array(map.length * size);
    for (const [outer, index] of map.entries()) {
      for (let i = 0; i < size; i++) next[outer * size + i] = index + i * stride;
    }
    map = next;
  }
  return map;
}
