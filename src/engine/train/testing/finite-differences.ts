import { ndarray, runReference } from '../../testing/reference';
import type { GradientCase } from './gradient-case';

const STEP = 1e-5;
const SAMPLES = 16;

/** Gradients of each input at some of its elements. */
export interface SampledGradient {
  readonly elements: readonly number[];
  readonly slopes: readonly number[];
}

/** Gradients of a case's inputs by central differences of plain float64 loops, at elements spread over each input. */
export function finiteDifferences({ node, inputs, outputShape, slopes }: GradientCase): SampledGradient[] {
  const points = inputs.map(({ data }) => Float64Array.from(data));
  const loss = (): number => {
    const arrays = inputs.map(({ shape }, index) => ndarray(shape, points[index] ?? []));
    const { data } = runReference(node, arrays, outputShape);
    return slopes.reduce((sum, slope, index) => sum + slope * (data[index] ?? Number.NaN), 0);
  };
  return points.map((point) => {
    const stride = Math.max(1, point.length / SAMPLES);
    const count = Math.ceil(point.length / stride);
    const elements = Array.from({ length: count }, (_, sample) => Math.floor(sample * stride));
    const differences = elements.map((element) => {
      const at = point[element] ?? Number.NaN;
      point[element] = at + STEP;
      const above = loss();
      point[element] = at - STEP;
      const below = loss();
      point[element] = at;
      return (above - below) / (2 * STEP);
    });
    return { elements, slopes: differences };
  });
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
