import type { BoxPicture } from '../drawing';
import type { ImageSize } from '../image-size';
import type { Detection } from './box';
import type { TrueBox } from './truth';

const smallestDrawnScore = 0.3;

/** Detections worth drawing beside the true boxes. */
export function boxPicture(
  { width, height }: ImageSize,
  detections: readonly Detection[],
  truth: readonly TrueBox[],
): BoxPicture {
  const drawn = ({ box: [x1, y1, x2, y2], class: label, score }: Detection) => ({
    x1,
    y1,
    x2,
    y2,
    class: label,
    score,
  });
  return {
    kind: 'boxes',
    width,
    height,
    predicted: detections
      .filter(({ score }) => score >= smallestDrawnScore)
      .toSorted((a, b) => b.score - a.score)
      .map(drawn),
    truth: truth.map(({ box, class: label }) => drawn({ box, class: label, score: 1 })),
  };
}
