import type { Param } from './graph';
import type { Labels } from './labels';

/**
 * Labels of the axes of weights and constants. They belong to the tensors of the source file, so that params
 * taken from one tensor (tied weights) share them.
 */
export class ParamLabels {
  readonly #labels: Labels;
  readonly #bySource = new Map<string, Int32Array>();
  readonly #byParam = new Map<Param, Map<number, Int32Array>>();

  constructor(labels: Labels) {
    this.#labels = labels;
  }

  along(param: Param, axis: number): Int32Array {
    const axes = this.#byParam.get(param) ?? new Map<number, Int32Array>();
    this.#byParam.set(param, axes);
    const labels = axes.get(axis) ?? this.#make(param, axis);
    axes.set(axis, labels);
    return labels;
  }

  /** Freezes every axis but those in `except`. */
  freeze(param: Param, reason: string, except: ReadonlySet<number> = new Set()): void {
    param.shape.forEach((_, axis) => {
      if (!except.has(axis)) this.#labels.freeze(this.along(param, axis), reason);
    });
  }

  *entries(): Iterable<{ readonly param: Param; readonly axis: number; readonly labels: Int32Array }> {
    for (const [param, axes] of this.#byParam)
      for (const [axis, labels] of axes) yield { param, axis, labels };
  }

  #make(param: Param, axis: number): Int32Array {
    const length = param.shape[axis] ?? 0;
    const sourceAxis = param.source?.axes[axis] ?? -1;
    if (!param.source || sourceAxis < 0)
      return this.#labels.freshFrozen(length, `"${param.name}" is computed from other weights of the file`);
    const key = `${sourceAxis}:${param.source.tensor}`;
    const known = this.#bySource.get(key);
    if (known?.length === length) return known;
    const labels = this.#labels.fresh(length);
    if (known)
      for (const part of [known, labels]) this.#labels.freeze(part, `"${param.name}" is used in parts`);
    this.#bySource.set(key, labels);
    return labels;
  }
}
