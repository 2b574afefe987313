import { keep, tensor } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { Param } from '../graph/graph';
import { assertBindable } from './device-limits';
import type { Fold } from './fold';

/** Names a param's content: equal keys mean equal data. */
export type WeightKey = (param: Param) => string;

/**
 * Weights on the backend, uploaded once for each content, so that candidates share the layers that do not differ.
 * XNNPACK and shader caches hang on these tensors too.
 */
export class WeightStore {
  readonly #tensors = new Map<string, Tensor>();
  readonly #folds = new Map<string, { kernel: Tensor; bias: Tensor }>();
  readonly #used = new Set<string>();
  readonly #identities = new WeakMap<Float32Array, string>();
  #identityCount = 0;

  /** The key of a param whose data is never changed in place: the identity of its array. */
  readonly identityKey: WeightKey = (param) => {
    const known = this.#identities.get(param.data) ?? `array ${this.#identityCount++}`;
    this.#identities.set(param.data, known);
    return `${known} [${param.shape.join()}]`;
  };

  param(param: Param, key: string): Tensor {
    const found = this.upload(key, param);
    assertBindable(found, `The weight ${param.name}`);
    return found;
  }

  upload(key: string, { data, shape }: Pick<Param, 'data' | 'shape'>): Tensor {
    this.#used.add(key);
    const found = this.#tensors.get(key) ?? keep(tensor(data, [...shape], 'float32'));
    this.#tensors.set(key, found);
    return found;
  }

  folded(key: string, fold: () => Fold): { readonly kernel: Tensor; readonly bias: Tensor } {
    this.#used.add(key);
    const found = this.#folds.get(key) ?? upload(fold());
    this.#folds.set(key, found);
    return found;
  }

  /** Disposes what was not asked for since the last sweep. */
  sweep(): void {
    for (const [key, found] of this.#tensors) {
      if (this.#used.has(key)) continue;
      found.dispose();
      this.#tensors.delete(key);
    }
    for (const [key, { kernel, bias }] of this.#folds) {
      if (this.#used.has(key)) continue;
      kernel.dispose();
      bias.dispose();
      this.#folds.delete(key);
    }
    this.#used.clear();
  }

  dispose(): void {
    this.#used.clear();
    this.sweep();
  }
}

function upload({ kernel, kernelShape, bias }: Fold): { kernel: Tensor; bias: Tensor } {
  return {
    kernel: tensor(kernel, [...kernelShape], 'float32'),
    bias: tensor(bias, [bias.length], 'float32'),
  };
}
