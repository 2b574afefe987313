import type { Box } from '../box';
import type { Head } from '../head';
import type { TrueBox } from '../truth';

/** An object's centre and size, in cells. */
export interface Centre {
  readonly x: number;
  readonly y: number;
  readonly column: number;
  readonly row: number;
  readonly cell: number;
  readonly width: number;
  readonly height: number;
}

export function centreOf({ width, height, strideX, strideY }: Head, [x1, y1, x2, y2]: Box): Centre {
  const x = (x1 + x2) / 2 / strideX;
  const y = (y1 + y2) / 2 / strideY;
  const column = Math.min(Math.max(Math.floor(x), 0), width - 1);
  const row = Math.min(Math.max(Math.floor(y), 0), height - 1);
  const size = { width: (x2 - x1) / strideX, height: (y2 - y1) / strideY };
  return { x, y, column, row, cell: row * width + column, ...size };
}

/** Heat of each class and cell: the largest of the objects' Gaussians, 1 at their centres. Classes × cells. */
export function drawHeat(head: Head, objects: readonly TrueBox[]): Float64Array {
  const { width, height, values } = head;
  const heat = new Float64Array(values * width * height);
  for (const { box, class: label } of objects) {
    const centre = centreOf(head, box);
    const radius = gaussianRadius(Math.ceil(centre.height), Math.ceil(centre.width));
    const sigma = (2 * radius + 1) / 6;
    for (let dy = -radius; dy <= radius; dy++) {
      for (let dx = -radius; dx <= radius; dx++) {
        const [row, column] = [centre.row + dy, centre.column + dx];
        if (row < 0 || row >= height || column < 0 || column >= width) continue;
        const at = (label * height + row) * width + column;
        heat[at] = Math.max(heat[at] ?? 0, Math.exp(-(dx * dx + dy * dy) / (2 * sigma * sigma)));
      }
    }
  }
  return heat;
}

/** The radius within which corners still make boxes that overlap by `overlap`, as the released code of CornerNet has it. */
function gaussianRadius(height: number, width: number, overlap = 0.7): number {
  const [sum, product] = [height + width, height * width];
  const root = (a: number, b: number, c: number) => (b + Math.sqrt(b * b - 4 * a * c)) / 2;
  const radius = Math.min(
    root(1, sum, (product * (1 - overlap)) / (1 + overlap)),
    root(4, 2 * sum, (1 - overlap) * product),
    root(4 * overlap, -2 * overlap * sum, (overlap - 1) * product),
  );
  return Math.max(0, Math.floor(radius));
}
