import { ndarray, runReference } from '../../testing/reference';
import type { GradientCase } from './gradient-case';

const STEP = 1e-5;

/** Gradients of a case's inputs by central differences of plain float64 loops. */
export function finiteDifferences({ node, inputs, outputShape, slopes }: GradientCase): Float64Array[] {
  const points = inputs.map(({ data }) => Float64Array.from(data));
  const loss = (): number => {
    const arrays = inputs.map(({ shape }, index) => ndarray(shape, points[index] ?? []));
    const { data } = runReference(node, arrays, outputShape);
    return slopes.reduce((sum, slope, index) => sum + slope * (data[index] ?? Number.NaN), 0);
  };
  return points.map((point) =>
    point.map((at, index) => {
      point[index] = at + STEP;
      const above = loss();
      point[index] = at - STEP;
      const below = loss();
      point[index] = at;
      return (above - below) / (2 * STEP);
    }),
  );
}

/** ‖found − wanted‖ / max(‖wanted‖, ‖found‖), in the largest element; 0 where both vanish. */
export function relativeError(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  if (found.length !== wanted.length) return Infinity;
  let [difference, scale] = [0, 0];
  for (let index = 0; index < found.length; index++) {
    const [a, b] = [found[index] ?? Number.NaN, wanted[index] ?? Number.NaN];
    if (Number.isNaN(a - b)) return Infinity;
    difference = Math.max(difference, Math.abs(a - b));
    scale = Math.max(scale, Math.abs(a), Math.abs(b));
  }
  return scale < 1e-8 ? 0 : difference / scale;
}
