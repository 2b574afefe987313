import * as tf from '@tensorflow/tfjs-core';
import type { Param, ValueId } from '../../graph/graph';
import { heapBackend } from '../ops/heap';

/** Numbers of a bank, by param. */
export type BankData = ReadonlyMap<ValueId, Float32Array>;

/** A variable for each of some params. Dispose after use. */
export class TensorBank {
  readonly #variables: ReadonlyMap<ValueId, tf.Variable>;

  constructor(initial: Iterable<readonly [ValueId, Pick<Param, 'shape' | 'data'>]>) {
    this.#variables = new Map(
      [...initial].map(([id, { shape, data }]) => [
        id,
        tf.tidy(() => tf.variable(tf.tensor(data, [...shape], 'float32'), false)),
      ]),
    );
  }

  get ids(): readonly ValueId[] {
    return [...this.#variables.keys()];
  }

  /** @throws Error when the bank has no such param */
  get(id: ValueId): tf.Variable {
    const variable = this.#variables.get(id);
    if (!variable) throw new Error(`${id} is not a param of the bank.`);
    return variable;
  }

  /** A bank of zeros. */
  static zeros(params: Iterable<readonly [ValueId, Pick<Param, 'shape' | 'data'>]>): TensorBank {
    return new TensorBank(
      [...params].map(([id, { shape, data }]) => [id, { shape, data: new Float32Array(data.length) }]),
    );
  }

  clear(): void {
    const heap = heapBackend();
    for (const variable of this.#variables.values())
      if (heap) heap.typedArrayFromHeap(variable).fill(0);
      else tf.tidy(() => variable.assign(tf.zeros(variable.shape)));
  }

  /** Of all numbers; on WASM in one pass, since it is many small operations otherwise. */
  async sumOfSquares(): Promise<number> {
    const heap = heapBackend();
    const variables = [...this.#variables.values()];
    if (heap)
      return variables
        .map((variable) => heap.typedArrayFromHeap(variable).reduce((sum, each) => sum + each * each, 0))
        .reduce((sum, each) => sum + each, 0);
    if (variables.length === 0) return 0;
    // Not `addN`: a shader of WebGPU reads 8 buffers at the most.
    const sum = tf.tidy(() => tf.sum(tf.stack(variables.map((variable) => tf.sum(tf.square(variable))))));
    const [found = Number.NaN] = await sum.data();
    sum.dispose();
    return found;
  }

  /** Adds a tensor to each of `ids`, where there is one: tfjs has none where nothing depends on a variable. */
  add(ids: readonly ValueId[], amounts: readonly (tf.Tensor | undefined)[]): void {
    ids.forEach((id, index) => {
      const amount = amounts[index];
      const variable = this.get(id);
      if (amount) tf.tidy(() => variable.assign(tf.add(variable, amount)));
    });
  }

  /** Keeps `share` of what a variable was and takes the rest from `value`. */
  blend(id: ValueId, value: tf.Tensor, share: number): void {
    const variable = this.get(id);
    tf.tidy(() => variable.assign(tf.add(tf.mul(variable, share), tf.mul(value, 1 - share))));
  }

  async read(): Promise<BankData> {
    const entries = [...this.#variables].map(async ([id, variable]) => {
      const data = await variable.data<'float32'>();
      return [id, Float32Array.from(data)] as const;
    });
    return new Map(await Promise.all(entries));
  }

  /** @throws Error when `data` is not of this bank's params */
  write(data: BankData): void {
    for (const [id, variable] of this.#variables) {
      const values = data.get(id);
      if (values?.length !== variable.size) throw new Error(`The checkpoint does not fit the param ${id}.`);
      tf.tidy(() => variable.assign(tf.tensor(values, variable.shape, 'float32')));
    }
  }

  dispose(): void {
    tf.dispose([...this.#variables.values()]);
  }
}
