import { expect } from 'vitest';
import type { TaskKind, Values } from '../kind';

/** Expects a kind's slopes on a sample to be the central differences of its loss, in double precision. */
export function expectGradient(kind: TaskKind, outputs: readonly (readonly number[])[], sample = 0) {
  const values = outputs.map((output) => Float64Array.from(output));
  const slopes = values.map((output) => new Float64Array(output.length));
  const loss = kind.loss(sample, values, slopes);
  expect(kind.loss(sample, values, null)).toBe(loss);
  for (const [index, output] of values.entries()) {
    const found = Array.from(slopes[index] ?? []);
    const expected = Array.from(output, (_, element) => difference(kind, values, sample, output, element));
    const largest = Math.max(1, ...expected.map(Math.abs));
    found.forEach((slope, element) =>
      expect(Math.abs(slope - (expected[element] ?? NaN)) / largest, `element ${element}`).toBeLessThan(2e-6),
    );
  }
}

function difference(
  kind: TaskKind,
  values: readonly Values[],
  sample: number,
  output: Values,
  element: number,
): number {
  const own = output[element] ?? NaN;
  const step = 1e-6;
  const at = (value: number) => {
    output[element] = value;
    return kind.loss(sample, values, null);
  };
  const slope = (at(own + step) - at(own - step)) / (2 * step);
  output[element] = own;
  return slope;
}
