import type { ClassLayout } from '../class-axis';
import { smallestProbability } from './binary-cross-entropy';

/** KL(p ‖ q) in nats between the distributions that start at the given elements; q's zeros are clamped. */
export function divergence(
  p: Float32Array,
  pStart: number,
  q: Float32Array,
  qStart: number,
  { classes, stride }: ClassLayout,
): number {
  let sum = 0;
  for (let c = 0; c < classes; c++) {
    const own = p[pStart + c * stride] ?? NaN;
    const other = q[qStart + c * stride] ?? NaN;
    if (Number.isNaN(other)) return NaN;
    if (own > 0) sum += own * Math.log(own / Math.max(other, smallestProbability));
  }
  return Math.max(sum, 0);
}
