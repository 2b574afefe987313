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
