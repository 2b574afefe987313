import { taskError, type Binding } from '../arrays';
import type { ImageSize } from '../image-size';
import { fromCentre, iou, toCentre, type Box } from './box';

/** Box offsets relative to an anchor: centre in its sides, logarithm of sides; divided by `variances`. */
export interface BoxCode {
  readonly variances: readonly [centre: number, size: number];
}

type Four = readonly [number, number, number, number];

/** Girshick et al., "Rich feature hierarchies", arXiv 1311.2524, appendix C. */
export function encodeBox({ variances: [place, size] }: BoxCode, anchor: Box, box: Box): Four {
  const [ax, ay, aw, ah] = toCentre(anchor);
  const [x, y, w, h] = toCentre(box);
  return [(x - ax) / aw / place, (y - ay) / ah / place, Math.log(w / aw) / size, Math.log(h / ah) / size];
}

/** Sides grow by at most this factor, as in the released detectors. */
const largestGrowth = Math.log(1000 / 16);

export function decodeBox({ variances: [place, size] }: BoxCode, anchor: Box, [dx, dy, dw, dh]: Four): Box {
  const [ax, ay, aw, ah] = toCentre(anchor);
  const grown = (side: number, by: number) => side * Math.exp(Math.min(by * size, largestGrowth));
  return fromCentre(ax + dx * place * aw, ay + dy * place * ah, grown(aw, dw), grown(ah, dh));
}

/** Boxes of given sizes (w, h, w, h, …) in the middle of every cell, row by row, all of a cell together. */
export function gridAnchors(
  rows: number,
  columns: number,
  image: ImageSize,
  sizes: readonly number[],
): Box[] {
  const [strideX, strideY] = [image.width / columns, image.height / rows];
  const boxes: Box[] = [];
  for (let row = 0; row < rows; row++)
    for (let column = 0; column < columns; column++)
      for (let at = 0; at + 1 < sizes.length; at += 2)
        boxes.push(
          fromCentre((column + 0.5) * strideX, (row + 0.5) * strideY, sizes[at] ?? 0, sizes[at + 1] ?? 0),
        );
  return boxes;
}

/** The sizes of a task's anchors, by scale. */
export function requireAnchors(binding: Binding, scales: number | null): readonly (readonly number[])[] {
  const { anchors } = binding.spec;
  if (anchors && (scales === null || anchors.length === scales)) return anchors;
  throw taskError(
    binding,
    ', anchors',
    anchors
      ? `there are anchors of ${anchors.length} scales, and ${scales ?? 0} are needed.`
      : 'they are missing.',
    'Give widths and heights in pixels for each scale: [[30, 60, 60, 30], [90, 90]].',
  );
}

/** For each anchor the object that it overlaps most, and how much; the index is −1 where there are no objects. */
export function bestObjects(anchors: readonly Box[], objects: readonly Box[]) {
  const best = new Int32Array(anchors.length).fill(-1);
  const overlaps = new Float64Array(anchors.length);
  /** For each object the most that any anchor overlaps it. */
  const reached = new Float64Array(objects.length);
  for (const [index, anchor] of anchors.entries()) {
    for (const [object, box] of objects.entries()) {
      const overlap = iou(anchor, box);
      if (best[index] === -1 || overlap > (overlaps[index] ?? 0)) {
        best[index] = object;
        overlaps[index] = overlap;
      }
      reached[object] = Math.max(reached[object] ?? 0, overlap);
    }
  }
  return { best, overlaps, reached };
}
