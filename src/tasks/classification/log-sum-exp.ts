import { fastExp } from '../fast-exp';
import type { Values } from '../kind';
import { startOf, type ClassLayout } from './class-axis';

/** ln Σ exp of a position's values, free of overflow; NaN where any value is NaN or all are infinite. */
export function logSumExp(data: Values, start: number, layout: ClassLayout): number {
  const { classes, stride } = layout;
  const end = start + classes * stride;
  let sum = 0;
  for (let at = start; at < end; at += stride) sum += fastExp(data[at] ?? NaN);
  return isSafe(sum) ? Math.log(sum) : shiftedLogSumExp(data, start, layout);
}

/** −ln softmax of a logit, given `logSumExp`; never below 0 by rounding. */
export const costOf = (all: number, logit: number): number => Math.max(all - logit, 0);

/** `logSumExp` of every position of a sample, in the order in which the values lie in memory. */
export function logSumExps(data: Values, layout: ClassLayout, into: Float64Array): void {
  const { positions, classes, axis } = layout;
  if (axis === 'last') {
    for (let position = 0; position < positions; position++)
      into[position] = logSumExp(data, position * classes, layout);
    return;
  }
  into.fill(0);
  for (let at = 0, c = 0; c < classes; c++) {
    for (let position = 0; position < positions; position++, at++)
      into[position] = (into[position] ?? NaN) + fastExp(data[at] ?? NaN);
  }
  for (let position = 0; position < positions; position++) {
    const sum = into[position] ?? NaN;
    into[position] = isSafe(sum) ? Math.log(sum) : shiftedLogSumExp(data, startOf(layout, position), layout);
  }
}

/** Whether a sum of exponentials neither overflowed nor lost what matters. */
const isSafe = (sum: number): boolean => sum > 1e-280 && sum < Infinity;

function shiftedLogSumExp(data: Values, start: number, { classes, stride }: ClassLayout): number {
  const end = start + classes * stride;
  let largest = -Infinity;
  for (let at = start; at < end; at += stride) largest = Math.max(largest, data[at] ?? NaN);
  let sum = 0;
  for (let at = start; at < end; at += stride) sum += fastExp((data[at] ?? NaN) - largest);
  return largest + Math.log(sum);
}
