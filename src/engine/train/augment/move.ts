import type { Random } from '../../../util/random';

export interface AugmentationSpec {
  /** Probability that a sample is mirrored left to right; 0 by default. */
  readonly flip?: number;
  /** A sample is shifted by up to this many of the input's pixels up, down and sideways; 0 by default. */
  readonly shift?: number;
  /** A sample is cut to a window whose sides are at least this part of its own, and enlarged again; 1 by default. */
  readonly crop?: number;
}

/**
 * Where an augmented sample comes from: the point at fractions (u, v) of its width and height shows what the sample
 * had at (left + scale·u, top + scale·v), with 1 − u for u when mirrored. Fractions hold at every resolution.
 */
export interface Move {
  readonly mirrored: boolean;
  readonly left: number;
  readonly top: number;
  readonly scale: number;
}

/** @param size height and width of the input, in pixels; shifts are by whole ones */
export function drawMove(
  { flip = 0, shift = 0, crop = 1 }: AugmentationSpec,
  [height, width]: readonly [number, number],
  random: Random,
): Move {
  const mirrored = random.uniform() < flip;
  const scale = crop + (1 - crop) * random.uniform();
  const shifted = (size: number) => (random.integer(2 * shift + 1) - shift) / size;
  const [left, top] = [random.uniform(), random.uniform()].map((part) => part * (1 - scale));
  return { mirrored, scale, left: (left ?? 0) + shifted(width), top: (top ?? 0) + shifted(height) };
}

/** Where a point of the sample, in fractions, is after the move. */
export function movePoint(
  x: number,
  y: number,
  { mirrored, left, top, scale }: Move,
): [x: number, y: number] {
  const u = (x - left) / scale;
  return [mirrored ? 1 - u : u, (y - top) / scale];
}
