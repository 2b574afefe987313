import type { GraphBuilder } from '../../graph/builder';
import type { Param, ParamSource, ValueId } from '../../graph/graph';
import { asFloat32, type Constant } from '../constants/constant';
import { transposed } from '../constants/strided';

export interface ParamPlan {
  /** The param's name; the weight's own by default. Kernels go by their operator's. */
  readonly name?: string;
  readonly role: Param['role'];
  /** Canonical axis `i` is the constant's axis `perm[i]`; −1 adds an axis of length 1. All axes longer than 1 appear. */
  readonly perm: readonly number[];
  /** As in ParamSource. */
  readonly inner?: ParamSource['inner'];
}

/** Turns constants into params, one for each way a constant is used. */
export class ParamStore {
  readonly #builder: GraphBuilder;
  readonly #known = new Map<string, ValueId>();
  /** Weights used since this was last cleared. */
  readonly touched = new Set<string>();

  constructor(builder: GraphBuilder) {
    this.#builder = builder;
  }

  add(constant: Constant, { name, role, perm, inner }: ParamPlan, otherwise: string): ValueId {
    const { origin } = constant;
    if (origin) this.touched.add(origin.tensor);
    const axes = perm.map((axis) => (axis < 0 ? -1 : (origin?.axes[axis] ?? -1)));
    const key = origin && JSON.stringify([origin.tensor, axes, role, inner]);
    const known = key === null ? undefined : this.#known.get(key);
    if (known !== undefined) return known;
    const id = this.#builder.param({
      ...(origin ? { id: origin.tensor } : {}),
      name: name ?? origin?.tensor ?? otherwise,
      shape: perm.map((axis) => constant.shape[axis] ?? 1),
      data: transposed(asFloat32(constant), constant.shape, perm),
      role,
      source: origin && { tensor: origin.tensor, axes, ...(inner ? { inner } : {}) },
    });
    if (key !== null) this.#known.set(key, id);
    return id;
  }
}
