import type { Values } from '../kind';
import { startOf, type ClassLayout } from './class-axis';

/** The index of the largest value; the first of equals. */
export function argMax(data: Values, start: number, { classes, stride }: ClassLayout): number {
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

/** How many classes come before `label` when they are ranked by their values; equals in the order of classes. */
export function rankOf(data: Values, start: number, label: number, { classes, stride }: ClassLayout): number {
  const own = data[start + label * stride] ?? NaN;
  let before = 0;
  for (let c = 0; c < classes; c++) {
    const value = data[start + c * stride] ?? NaN;
    if (!(value < own) && (value !== own || c < label)) before++;
  }
  return before;
}

/** The likeliest class of every position. */
export function answers(data: Values, layout: ClassLayout): Uint8Array {
  return Uint8Array.from({ length: layout.positions }, (_, position) =>
    argMax(data, startOf(layout, position), layout),
  );
}
