import type { Dim } from '../../graph/graph';
import { elementsOf, unsupported, type Constant } from './constant';

const LARGEST_FOLD = 2 ** 24;

/** Elements at `offset + Σ position·stride`, in row-major order of `shape`. */
export function strided(
  data: ArrayLike<Dim>,
  shape: readonly number[],
  strides: readonly number[],
  offset = 0,
): Dim[] {
  const total = elementsOf(shape);
  if (total > LARGEST_FOLD) unsupported(`it would make a constant of ${total} numbers`);
  return Array.from({ length: total }, (_, flat) => {
    let rest = flat;
    let index = offset;
    for (let axis = shape.length - 1; axis >= 0; axis--) {
      const size = shape[axis] ?? 1;
      index += (rest % size) * (strides[axis] ?? 0);
      rest = Math.floor(rest / size);
    }
    const value = data[index];
    return value === undefined ? 0 : value;
  });
}

/** `value` broadcast to `shape`. */
export function broadcastTo(value: Constant, shape: readonly number[]): Dim[] {
  const missing = shape.length - value.shape.length;
  const own = rowMajorStrides(value.shape);
  const strides = shape.map((_, axis) =>
    value.shape[axis - missing] === 1 ? 0 : (own[axis - missing] ?? 0),
  );
  return strided(value.data, shape, strides);
}

/** Always a copy. Axis `i` of the result is axis `perm[i]`; −1 adds one of length 1. */
export function transposed(
  data: Float32Array,
  shape: readonly number[],
  perm: readonly number[],
): Float32Array<ArrayBuffer> {
  const axes = perm.filter((axis) => axis >= 0 && shape[axis] !== 1);
  if (axes.every((axis, i) => i === 0 || axis > (axes[i - 1] ?? 0))) return data.slice();
  const strides = rowMajorStrides(shape);
  const result = new Float32Array(elementsOf(shape));
  const sizes = axes.map((axis) => shape[axis] ?? 1);
  const steps = axes.map((axis) => strides[axis] ?? 0);
  const position = new Array<number>(axes.length).fill(0);
  let source = 0;
  for (let i = 0; i < result.length; i++) {
    result[i] = data[source] ?? 0;
    for (let axis = axes.length - 1; axis >= 0; axis--) {
      const [size = 1, step = 0, at = 0] = [sizes[axis], steps[axis], position[axis]];
      source += step;
      if (at + 1 < size) {
        position[axis] = at + 1;
        break;
      }
      source -= step * size;
      position[axis] = 0;
    }
  }
  return result;
}

export function rowMajorStrides(shape: readonly number[]): number[] {
  const strides = new Array<number>(shape.length).fill(1);
  for (let axis = shape.length - 2; axis >= 0; axis--)
    strides[axis] = (strides[axis + 1] ?? 1) * (shape[axis + 1] ?? 1);
  return strides;
}
