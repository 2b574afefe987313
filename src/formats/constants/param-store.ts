import type { GraphBuilder } from '../../graph/builder';
import type { Param, ParamSource, ValueId } from '../../graph/graph';
import { asFloat32, type Constant } from './constant';
import { transposed } from './strided';

export interface ParamPlan {
  /** The param's name; that of the tensor it is taken from by default. */
  readonly name?: string;
  readonly role: Param['role'];
  /** Canonical axis `i` is the constant's axis `perm[i]`; −1 adds an axis of length 1. All axes longer than 1 appear. */
  readonly perm: readonly number[];
  /** What the numbers are multiplied by. */
  readonly scale?: number;
  /** As in ParamSource. */
  readonly inner?: ParamSource['inner'];
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

  /** @param otherwise the param's name where neither the plan nor the constant's origin tells one */
  add(constant: Constant, { name, role, perm, scale = 1, inner }: ParamPlan, otherwise: string): ValueId {
    const { origin } = constant;
    if (origin) this.touched.add(origin.tensor);
    const axes = perm.map((axis) => (axis < 0 ? -1 : (origin?.axes[axis] ?? -1)));
    const key = origin && JSON.stringify([origin.tensor, axes, role, scale, inner]);
    const known = key === null ? undefined : this.#known.get(key);
    if (known !== undefined) return known;
    const data = transposed(asFloat32(constant), constant.shape, perm);
    const id = this.#builder.param({
      ...(origin ? { id: origin.tensor } : {}),
      name: name ?? origin?.tensor ?? otherwise,
      shape: perm.map((axis) => constant.shape[axis] ?? 1),
      data: scale === 1 ? data : data.map((value) => value * scale),
      role,
      source: origin && { tensor: origin.tensor, axes, ...(inner ? { inner } : {}) },
    });
    if (key !== null) this.#known.set(key, id);
    return id;
  }
}
