import type { Values } from '../kind';
import type { ClassLayout } from './class-axis';

/** ln Σ exp, free of overflow; NaN where any value is NaN or all are infinite. */
export function logSumExp(data: Values, start: number, { classes, stride }: ClassLayout): number {
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
