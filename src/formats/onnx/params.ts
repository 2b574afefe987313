import type { GraphBuilder } from '../../graph/builder';
import type { Param, ValueId } from '../../graph/graph';
import { asFloat32, elementsOf, type Constant } from './values';

export interface ParamPlan {
  readonly name: string;
  readonly role: Param['role'];
  /** Canonical axis `i` is the constant's axis `perm[i]`; −1 adds an axis of length 1. All axes longer than 1 appear. */
  readonly perm: readonly number[];
  readonly scale?: number;
}

/** Turns constants into params, one for each way a constant is used. */
export class ParamStore {
  readonly #builder: GraphBuilder;
  readonly #known = new Map<string, ValueId>();
  /** Tensors used since this was last cleared. */
  readonly touched = new Set<string>();

  constructor(builder: GraphBuilder) {
    this.#builder = builder;
  }

  add(constant: Constant, { name, role, perm, scale = 1 }: ParamPlan): ValueId {
    const { origin } = constant;
    if (origin) this.touched.add(origin.tensor);
    const axes = perm.map((axis) => (axis < 0 ? -1 : (origin?.axes[axis] ?? -1)));
    const key = origin && JSON.stringify([origin.tensor, axes, role, scale]);
    const known = key === null ? undefined : this.#known.get(key);
    if (known !== undefined) return known;
    const data = transposed(asFloat32(constant), constant.shape, perm);
    const id = this.#builder.param({
      name: origin?.tensor ?? name,
      shape: perm.map((axis) => constant.shape[axis] ?? 1),
      data: scale === 1 ? data : data.map((value) => value * scale),
      role,
      source: origin && { tensor: origin.tensor, axes },
    });
    if (key !== null) this.#known.set(key, id);
    return id;
  }
}

/** Always a copy. `perm` as in ParamPlan. */
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
