import * as tf from '@tensorflow/tfjs-core';
import type { DeviceArray, DeviceLoss } from '../tasks/device-loss';

/**
 * Whether a backend computes losses where it computes outputs, since reading these would cost more. WASM and plain
 * JavaScript are read for nothing.
 */
export const computesLosses = (backend: string): boolean => backend === 'webgpu';

const BUDGET = 64 * 2 ** 20;

/** A task's losses on the device. What outputs are compared with stays there, within a budget. Dispose after use. */
export class DeviceLosses {
  readonly #loss: DeviceLoss;
  readonly #budget: number;
  /** By the batch's samples; those that were not used for longest come first. */
  readonly #kept = new Map<string, readonly tf.Tensor[]>();
  #bytes = 0;

  constructor(loss: DeviceLoss, budgetBytes = BUDGET) {
    this.#loss = loss;
    this.#budget = budgetBytes;
  }

  /**
   * Differentiable by the outputs, under a tape.
   * @param outputs [batch, ...sample], in the source's axis order
   * @param samples of the batch, counted from the set's first
   * @returns [batch], NaN where an output of the sample is not a number; the caller disposes it
   */
  of(outputs: readonly tf.Tensor[], samples: readonly number[]): tf.Tensor1D {
    const against = this.#against(samples);
    return tf.tidy(() => {
      const losses = this.#loss.losses(outputs, against);
      // Minima, maxima and choices may lose what is not a number; on some devices all arithmetic may.
      const broken = outputs.map((output) => tf.any(tf.isNaN(tf.reshape(output, [samples.length, -1])), 1));
      const isBroken = broken.reduce((some, one) => tf.logicalOr(some, one));
      return tf.where(isBroken, tf.fill([samples.length], NaN), losses);
    });
  }

  dispose(): void {
    for (const tensors of this.#kept.values()) tf.dispose([...tensors]);
    this.#kept.clear();
    this.#bytes = 0;
  }

  #against(samples: readonly number[]): readonly tf.Tensor[] {
    const key = samples.join();
    const found = this.#kept.get(key) ?? this.#upload(samples);
    this.#kept.delete(key);
    this.#kept.set(key, found);
    for (const [oldest, tensors] of this.#kept) {
      if (this.#bytes <= this.#budget || oldest === key) break;
      this.#kept.delete(oldest);
      this.#bytes -= bytesOf(tensors);
      tf.dispose([...tensors]);
    }
    return found;
  }

  #upload(samples: readonly number[]): readonly tf.Tensor[] {
    const tensors = this.#loss.against(samples).map((array) => tf.keep(upload(array)));
    this.#bytes += bytesOf(tensors);
    return tensors;
  }
}

const upload = ({ shape, data }: DeviceArray): tf.Tensor =>
  tf.tensor(data, [...shape], data instanceof Int32Array ? 'int32' : 'float32');

const bytesOf = (tensors: readonly tf.Tensor[]): number =>
  tensors.reduce((sum, { size }) => sum + 4 * size, 0);

/** Losses as they are read: none below 0 by rounding, and Infinity where they are not a number. */
export const readLosses = (losses: Float32Array): Float64Array =>
  Float64Array.from(losses, (loss) => (Number.isNaN(loss) ? Infinity : Math.max(loss, 0)));
