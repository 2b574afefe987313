import type { InputSamples } from './calibration';

/** What `ByteSamples` are made of; plain data. */
export interface StoredBytes {
  /** count × sample, in the model's axis order. */
  readonly data: Uint8Array;
  /** The channel of each element of a sample. */
  readonly channel: Int32Array;
  /** channels × 256: the number that a byte stands for. */
  readonly tables: Float32Array;
}

/** Samples kept as bytes: a quarter of the memory. */
export class ByteSamples implements InputSamples {
  readonly stored: StoredBytes;

  constructor(stored: StoredBytes) {
    this.stored = stored;
  }

  get length(): number {
    return this.stored.data.length;
  }

  subarray(first: number, end: number): Float32Array {
    const { data, channel, tables } = this.stored;
    const bytes = data.subarray(first, end);
    const numbers = new Float32Array(bytes.length);
    let place = first % channel.length;
    for (let i = 0; i < bytes.length; i++) {
      numbers[i] = tables[(channel[place] ?? 0) * 256 + (bytes[i] ?? 0)] ?? NaN;
      if (++place === channel.length) place = 0;
    }
    return numbers;
  }
}

/** Samples in a form that can be sent to another thread. */
export type StoredSamples = Float32Array | StoredBytes;

/** A copy of whole samples: the elements from `first` up to `end`. */
export function storeSamples(input: InputSamples, first: number, end: number): StoredSamples {
  if (!(input instanceof ByteSamples)) return input.subarray(first, end).slice();
  return { ...input.stored, data: input.stored.data.slice(first, end) };
}

export function restoreSamples(stored: StoredSamples): InputSamples {
  return stored instanceof Float32Array ? stored : new ByteSamples(stored);
}
