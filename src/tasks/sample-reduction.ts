import type { OutputBatch } from './task';
import type { Lookup } from './lookup';

/**
 * Reduces what the elements of each sample give (a loss, or a metric) to one number a sample. Elements with mask 0
 * do not count; a sample where none counts gives `empty`.
 */
export function reduceSamples(
  batch: OutputBatch,
  elements: number,
  mask: Lookup | null,
  reduction: 'mean' | 'sum',
  empty: number,
  element: (sample: number, index: number) => number,
): Float64Array {
  const reduced = new Float64Array(batch.count);
  for (let sample = 0; sample < batch.count; sample++) {
    let sum = 0;
    let counted = 0;
    for (let index = 0; index < elements; index++) {
      if (mask && mask.at(batch.first + sample, index) === 0) continue;
      sum += element(sample, index);
      counted++;
    }
    reduced[sample] = counted === 0 ? empty : reduction === 'sum' ? sum : sum / counted;
  }
  return reduced;
}

export const total = (values: Float64Array): number => values.reduce((sum, value) => sum + value, 0);
