import type { Values } from '../kind';
import type { HeatMaps } from './index';

/** In pixels of the input; the score is the heat. */
export interface FoundPoint {
  readonly x: number;
  readonly y: number;
  readonly score: number;
}

/** The hottest cell of each map, moved a quarter of a cell towards its hotter neighbour (arXiv 1804.06208, §3.1). */
export function decodePoints(output: Values, maps: HeatMaps): readonly FoundPoint[] {
  const { points, width, height, pointStep, cellStep, strideX, strideY } = maps;
  return Array.from({ length: points }, (_, point) => {
    const heat = (column: number, row: number) =>
      column < 0 || row < 0 || column >= width || row >= height
        ? -Infinity
        : (output[point * pointStep + (row * width + column) * cellStep] ?? NaN);
    let [column, row] = [0, 0];
    for (let cell = 0; cell < width * height; cell++) {
      const [x, y] = [cell % width, Math.floor(cell / width)];
      if (heat(x, y) > heat(column, row)) [column, row] = [x, y];
    }
    const shift = (before: number, after: number) =>
      Number.isFinite(before) && Number.isFinite(after) ? Math.sign(after - before) / 4 : 0;
    return {
      x: (column + shift(heat(column - 1, row), heat(column + 1, row))) * strideX,
      y: (row + shift(heat(column, row - 1), heat(column, row + 1))) * strideY,
      score: heat(column, row),
    };
  });
}
