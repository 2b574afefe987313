import type { Move } from './move';

/** How values between pixels are found: measurements may be mixed, classes may not. */
export type Sampling = 'linear' | 'nearest';

/**
 * Moves an image or a map.
 *
 * @param data one sample, row-major
 * @param rows the axis of rows in `shape`, that of columns being the next one
 */
export function moveMap(
  data: ArrayLike<number>,
  shape: readonly number[],
  rows: number,
  sampling: Sampling,
  move: Move,
): Float64Array {
  const [height = 1, width = 1] = shape.slice(rows, rows + 2);
  const inner = product(shape.slice(rows + 2));
  const outer = product(shape.slice(0, rows));
  const ys = positions(height, move.top, move.scale, false, sampling);
  const xs = positions(width, move.left, move.scale, move.mirrored, sampling);
  const moved = new Float64Array(data.length);
  let at = 0;
  for (let plane = 0; plane < outer; plane++) {
    for (const y of ys) {
      const [low, high] = [plane * height + y.low, plane * height + y.high].map((row) => row * width);
      for (const x of xs) {
        for (let channel = 0; channel < inner; channel++, at++) {
          const value = (row = 0, column: number) => data[(row + column) * inner + channel] ?? 0;
          const above = mix(value(low, x.low), value(low, x.high), x.weight);
          moved[at] =
            y.weight === 0
              ? above
              : mix(above, mix(value(high, x.low), value(high, x.high), x.weight), y.weight);
        }
      }
    }
  }
  return moved;
}

/** Between pixel `low` and `high`, this part of the way. */
interface Position {
  readonly low: number;
  readonly high: number;
  readonly weight: number;
}

function positions(
  size: number,
  origin: number,
  scale: number,
  mirrored: boolean,
  sampling: Sampling,
): readonly Position[] {
  return Array.from({ length: size }, (_, pixel) => {
    const fraction = (mirrored ? size - 0.5 - pixel : pixel + 0.5) / size;
    const position = (origin + scale * fraction) * size - 0.5;
    // Whole shifts are to stay exact, whatever rounding does to them.
    const rounded = Math.round(position);
    const exact = sampling === 'nearest' || Math.abs(position - rounded) < 1e-6 ? rounded : position;
    const inside = Math.min(size - 1, Math.max(0, exact));
    const low = Math.floor(inside);
    return { low, high: Math.min(size - 1, low + 1), weight: inside - low };
  });
}

const mix = (a: number, b: number, weight: number): number => (weight === 0 ? a : a + weight * (b - a));

const product = (shape: readonly number[]): number => shape.reduce((size, dim) => size * dim, 1);
