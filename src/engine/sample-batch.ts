import { tensor, type Tensor } from '@tensorflow/tfjs-core';
import type { CalibrationSet } from '../calibration/calibration';
import { cutBatches } from './batching';

/** Samples, from anywhere in a set, that are run together. */
export interface SampleBatch {
  readonly index: number;
  readonly samples: readonly number[];
}

/** Cuts samples into batches of nearly equal size, `largest` at most. */
export function cutSamples(samples: readonly number[], largest: number): readonly SampleBatch[] {
  return cutBatches(samples.length, largest).map(({ index, first, count }) => ({
    index,
    samples: samples.slice(first, first + count),
  }));
}

/** The first batches: a share of them, one at least. */
export function firstShare(batches: readonly SampleBatch[], share: number): readonly SampleBatch[] {
  return batches.slice(0, Math.max(1, Math.round(share * batches.length)));
}

/** The batch's samples as the network's input, [samples, ...sampleShape]; the caller disposes it. */
export function uploadBatch({ input, sampleShape }: CalibrationSet, { samples }: SampleBatch): Tensor {
  const size = sampleShape.reduce((product, dim) => product * dim, 1);
  const data = new Float32Array(samples.length * size);
  samples.forEach((sample, row) => data.set(input.subarray(sample * size, (sample + 1) * size), row * size));
  return tensor(data, [samples.length, ...sampleShape], 'float32');
}
