import { cells, classes, stride, type SceneBox } from './scenes';

export interface Detection extends SceneBox {
  readonly scene: number;
  readonly score: number;
}

const leastScore = 0.02;

/** CenterNet's decoding: the peaks of the heat map with the size and offset found there. */
export function centerBoxes(
  heat: Float32Array,
  size: Float32Array,
  offset: Float32Array,
  row: number,
  scene: number,
): Detection[] {
  const found: Detection[] = [];
  const at = (y: number, x: number, digit: number): number =>
    y < 0 || x < 0 || y >= cells || x >= cells
      ? -Infinity
      : (heat[((row * cells + y) * cells + x) * classes + digit] ?? -Infinity);
  for (let y = 0; y < cells; y++) {
    for (let x = 0; x < cells; x++) {
      for (let digit = 0; digit < classes; digit++) {
        const value = at(y, x, digit);
        const score = 1 / (1 + Math.exp(-value));
        if (score < leastScore || !isPeak(at, y, x, digit)) continue;
        const cell = ((row * cells + y) * cells + x) * 2;
        const [width = 0, height = 0] = size.subarray(cell, cell + 2);
        const [across = 0, down = 0] = offset.subarray(cell, cell + 2);
        const [left, top] = [(x + across - width / 2) * stride, (y + down - height / 2) * stride];
        found.push({
          scene,
          score,
          digit,
          left,
          top,
          right: left + width * stride,
          bottom: top + height * stride,
        });
      }
    }
  }
  return found;
}

function isPeak(
  at: (y: number, x: number, digit: number) => number,
  y: number,
  x: number,
  digit: number,
): boolean {
  for (let i = -1; i <= 1; i++)
    for (let j = -1; j <= 1; j++) if (at(y + i, x + j, digit) > at(y, x, digit)) return false;
  return true;
}

/** Mean over classes of the area under the precision-recall curve at 101 recalls, as COCO defines it, at IoU .5. */
export function averagePrecision(
  detections: readonly Detection[],
  truth: readonly (readonly SceneBox[])[],
  count: number,
): number {
  const byClass = Array.from({ length: count }, (_, digit) =>
    precisionOfClass(
      detections.filter((each) => each.digit === digit),
      truth.map((boxes) => boxes.filter((box) => box.digit === digit)),
    ),
  );
  return byClass.reduce((sum, value) => sum + value, 0) / count;
}

function precisionOfClass(detections: readonly Detection[], truth: readonly (readonly SceneBox[])[]): number {
  const total = truth.flat().length;
  const taken = new Set<SceneBox>();
  const points: { recall: number; precision: number }[] = [];
  let hits = 0;
  [...detections]
    .sort((a, b) => b.score - a.score)
    .forEach((detection, rank) => {
      const free = (truth[detection.scene] ?? []).filter((box) => !taken.has(box));
      const overlaps = free.map((box) => intersectionOverUnion(detection, box));
      const best = Math.max(0, ...overlaps);
      const box = free[overlaps.indexOf(best)];
      if (box && best >= 0.5) {
        taken.add(box);
        hits += 1;
      }
      points.push({ recall: hits / total, precision: hits / (rank + 1) });
    });
  let best = 0;
  const envelope = points.reverse().map(({ recall, precision }) => {
    best = Math.max(best, precision);
    return { recall, precision: best };
  });
  envelope.reverse();
  const recalls = Array.from({ length: 101 }, (_, index) => index / 100);
  const precisions = recalls.map(
    (recall) => envelope.find((point) => point.recall >= recall)?.precision ?? 0,
  );
  return precisions.reduce((sum, value) => sum + value, 0) / recalls.length;
}

function intersectionOverUnion(a: SceneBox, b: SceneBox): number {
  const wide = Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left));
  const high = Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
  const shared = wide * high;
  const area = (box: SceneBox) => Math.max(0, box.right - box.left) * Math.max(0, box.bottom - box.top);
  return shared === 0 ? 0 : shared / (area(a) + area(b) - shared);
}
