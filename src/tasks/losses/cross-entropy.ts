import { startOf, type ClassLayout } from '../class-axis';
import { smallestProbability } from './binary-cross-entropy';

/**
 * ln p of class `label` at a position, for outputs that are logits or probabilities. `first` is the sample's first
 * element in `data`. Log-probabilities (log-softmax) are logits of themselves.
 */
export type LogProbability = (data: Float32Array, first: number, position: number, label: number) => number;

export function logProbability(layout: ClassLayout, probabilities: boolean): LogProbability {
  return probabilities
    ? (data, first, position, label) => {
        const p = data[first + startOf(layout, position) + label * layout.stride] ?? NaN;
        return Math.log(Math.min(Math.max(p, smallestProbability), 1));
      }
    : (data, first, position, label) => {
        const start = first + startOf(layout, position);
        return (data[start + label * layout.stride] ?? NaN) - logSumExp(data, start, layout);
      };
}

/** The index of the largest value; the first of equals. */
export function argMax(data: Float32Array, start: number, { classes, stride }: ClassLayout): number {
  let best = 0;
  let largest = -Infinity;
  for (let c = 0; c < classes; c++) {
    const value = data[start + c * stride] ?? -Infinity;
    if (value > largest) {
      best = c;
      largest = value;
    }
  }
  return best;
}

/** ln Σ exp, free of overflow; NaN where any value is NaN or all are infinite. */
function logSumExp(data: Float32Array, start: number, { classes, stride }: ClassLayout): number {
  const end = start + classes * stride;
  let largest = -Infinity;
  for (let at = start; at < end; at += stride) {
    const value = data[at] ?? NaN;
    if (value > largest) largest = value;
  }
  let sum = 0;
  for (let at = start; at < end; at += stride) sum += Math.exp((data[at] ?? NaN) - largest);
  return largest + Math.log(sum);
}
