/** Corners x1, y1, x2, y2, in pixels of the network's input. */
export type Box = readonly [number, number, number, number];

/** A box with the class and the score that a detector gives it. */
export interface Detection {
  readonly box: Box;
  readonly class: number;
  readonly score: number;
}

export const area = ([x1, y1, x2, y2]: Box): number => Math.max(x2 - x1, 0) * Math.max(y2 - y1, 0);

export function intersection(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  return width > 0 && height > 0 ? width * height : 0;
}

/** Intersection over union; 0 of two empty boxes. */
export function iou(a: Box, b: Box): number {
  const both = intersection(a, b);
  return both === 0 ? 0 : both / (area(a) + area(b) - both);
}

export const fromCentre = (x: number, y: number, width: number, height: number): Box => [
  x - width / 2,
  y - height / 2,
  x + width / 2,
  y + height / 2,
];

/** Centre, width and height. */
export const toCentre = ([x1, y1, x2, y2]: Box): readonly [number, number, number, number] => [
  (x1 + x2) / 2,
  (y1 + y2) / 2,
  x2 - x1,
  y2 - y1,
];

/** Detections by falling score, without those that overlap a better one of their class by more than `limit`. */
export function suppress(detections: readonly Detection[], limit: number, most: number): Detection[] {
  const kept: Detection[] = [];
  for (const one of detections.toSorted((a, b) => b.score - a.score)) {
    if (kept.length >= most) break;
    if (!kept.some((other) => other.class === one.class && iou(other.box, one.box) > limit)) kept.push(one);
  }
  return kept;
}
