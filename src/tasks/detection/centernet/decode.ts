import { sigmoid } from '../../elementwise/losses';
import type { Values } from '../../kind';
import { fromCentre, type Detection } from '../box';
import { headStart, type Head } from '../head';

interface AllHeads {
  readonly heat: Head;
  readonly size: Head;
  readonly offset: Head;
  readonly sizesInPixels: boolean;
}

const mostPeaks = 100;
const smallestScore = 0.01;

/** Boxes at the heat maps' peaks among their eight neighbours, the best 100 (arXiv 1904.07850, §4.1). */
export function decodeCentres(
  heads: AllHeads,
  [heat, size, offset]: readonly Values[],
): readonly Detection[] {
  if (!heat || !size || !offset) return [];
  return peaks(heads.heat, heat)
    .map(({ cell, label, logit }): Detection => {
      const at = (head: Head, values: Values, axis: number) =>
        values[headStart(head, 0, cell) + axis * head.valueStep] ?? NaN;
      const { width, strideX, strideY } = heads.heat;
      const [scaleX, scaleY] = heads.sizesInPixels ? [1, 1] : [strideX, strideY];
      const x = ((cell % width) + at(heads.offset, offset, 0)) * strideX;
      const y = (Math.floor(cell / width) + at(heads.offset, offset, 1)) * strideY;
      const box = fromCentre(x, y, at(heads.size, size, 0) * scaleX, at(heads.size, size, 1) * scaleY);
      return { box, class: label, score: sigmoid(logit) };
    })
    .filter(({ box: [x1, y1, x2, y2] }) => x2 > x1 && y2 > y1);
}

interface Peak {
  readonly cell: number;
  readonly label: number;
  readonly logit: number;
}

function peaks(head: Head, heat: Values): readonly Peak[] {
  const { width, height, values, valueStep } = head;
  const smallest = Math.log(smallestScore / (1 - smallestScore));
  const found: Peak[] = [];
  for (let label = 0; label < values; label++) {
    const at = (row: number, column: number) =>
      row < 0 || column < 0 || row >= height || column >= width
        ? -Infinity
        : (heat[headStart(head, 0, row * width + column) + label * valueStep] ?? NaN);
    for (let row = 0; row < height; row++) {
      for (let column = 0; column < width; column++) {
        const logit = at(row, column);
        if (!(logit >= smallest) || !isPeak(at, row, column)) continue;
        found.push({ cell: row * width + column, label, logit });
      }
    }
  }
  return found.sort((a, b) => b.logit - a.logit).slice(0, mostPeaks);
}

function isPeak(at: (row: number, column: number) => number, row: number, column: number): boolean {
  const own = at(row, column);
  for (let dy = -1; dy <= 1; dy++)
    for (let dx = -1; dx <= 1; dx++) if (at(row + dy, column + dx) > own) return false;
  return true;
}
