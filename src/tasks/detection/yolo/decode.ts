import { sigmoid } from '../../elementwise/losses';
import type { Values } from '../../kind';
import { fromCentre, suppress, type Detection } from '../box';
import { classesOf, rawAt, type YoloHead } from './heads';

const smallestScore = 0.01;
const largestOverlap = 0.6;
const mostDetections = 100;
const mostCandidates = 1000;

/** Boxes whose objectness times class probability is at least .01, after non-maximum suppression at IoU .6. */
export function decodeYolo(heads: readonly YoloHead[], outputs: readonly Values[]): readonly Detection[] {
  const found = heads.flatMap((head, scale) => decodeScale(head, outputs[scale] ?? new Float32Array()));
  const best = found.sort((a, b) => b.score - a.score).slice(0, mostCandidates);
  return suppress(best, largestOverlap, mostDetections);
}

function decodeScale(head: YoloHead, output: Values): Detection[] {
  const { width, height, strideX, strideY, sizes } = head;
  const classes = classesOf([head]);
  const found: Detection[] = [];
  for (const [anchor, [anchorWidth, anchorHeight]] of sizes.entries()) {
    for (let cell = 0; cell < width * height; cell++) {
      const at = (value: number) => sigmoid(rawAt(head, output, anchor, cell, value));
      const objectness = at(4);
      if (!(objectness >= smallestScore)) continue;
      const x = (2 * at(0) - 0.5 + (cell % width)) * strideX;
      const y = (2 * at(1) - 0.5 + Math.floor(cell / width)) * strideY;
      const box = fromCentre(x, y, (2 * at(2)) ** 2 * anchorWidth, (2 * at(3)) ** 2 * anchorHeight);
      for (let c = 0; c < classes; c++) {
        const score = classes === 1 ? objectness : objectness * at(5 + c);
        if (score >= smallestScore) found.push({ box, class: c, score });
      }
    }
  }
  return found;
}
