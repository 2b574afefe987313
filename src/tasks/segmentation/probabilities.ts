import { startOf, type ClassLayout } from '../classification/class-axis';
import { logSumExps } from '../classification/log-sum-exp';
import { fastExp } from '../fast-exp';
import type { Values } from '../kind';

/** The softmax of every position, laid out as the output; a copy where it holds probabilities already. */
export function probabilityMap(output: Values, layout: ClassLayout, probabilities: boolean): Float64Array {
  const { positions, classes, stride } = layout;
  const p = Float64Array.from(output);
  if (probabilities) return p;
  const logs = new Float64Array(positions);
  logSumExps(output, layout, logs);
  for (let position = 0; position < positions; position++) {
    const start = startOf(layout, position);
    for (let c = 0; c < classes; c++) {
      const at = start + c * stride;
      p[at] = fastExp((p[at] ?? NaN) - (logs[position] ?? NaN));
    }
  }
  return p;
}

/** Adds to the output's gradient what a loss's slopes by the probabilities make of it: p·(g − Σ p·g) of logits. */
export function addThroughSoftmax(
  gradient: Values,
  slopes: Float64Array,
  p: Float64Array,
  layout: ClassLayout,
  probabilities: boolean,
): void {
  const { positions, classes, stride } = layout;
  for (let position = 0; position < positions; position++) {
    const start = startOf(layout, position);
    let common = 0;
    if (!probabilities) {
      for (let c = 0; c < classes; c++) {
        const at = start + c * stride;
        common += (p[at] ?? NaN) * (slopes[at] ?? NaN);
      }
    }
    for (let c = 0; c < classes; c++) {
      const at = start + c * stride;
      const scale = probabilities ? 1 : (p[at] ?? NaN);
      gradient[at] = (gradient[at] ?? 0) + scale * ((slopes[at] ?? NaN) - common);
    }
  }
}
