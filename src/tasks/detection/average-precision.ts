import type { SampleMetric, Values } from '../kind';
import { area, intersection, iou, type Box, type Detection } from './box';
import type { TrueBox, Truth } from './truth';

const mostDetections = 100;
/** Less certain detections are left out, to keep tallies small. */
const smallestScore = 0.01;
const matchBits = 2 ** 10;

/**
 * Mean average precision as COCO defines it: detections of an image by falling score, 100 at most, are matched within
 * their class to the object that they overlap most, each object once; a detection on a crowd counts as neither right
 * nor wrong. Precision, made monotone, is averaged over 101 recalls, over the classes that have objects, and of `mAP`
 * over IoU .5, .55 … .95 (Lin et al., arXiv 1405.0312, and the rules of its evaluation server).
 */
export function averagePrecision(
  name: string,
  truth: Truth,
  detect: (outputs: readonly Values[]) => readonly Detection[],
): SampleMetric {
  const thresholds = name === 'mAP' ? Array.from({ length: 10 }, (_, i) => (50 + 5 * i) / 100) : [0.5];
  return {
    name,
    higherIsBetter: true,
    merge: 'concat',
    records: (sample, outputs) => matchRecords(truth(sample), detect(outputs), thresholds),
    value: (records) => meanPrecision(readRecords(records), thresholds.length),
  };
}

/** How one detection fared at each threshold, as bits. */
interface Matched {
  readonly score: number;
  readonly right: number;
  readonly ignored: number;
}

/** Objects and detections of one class. */
interface ClassRecord {
  objects: number;
  readonly detections: Matched[];
}

/** One image's objects (their number and classes) and detections (their number, and two numbers each). */
function matchRecords(
  truth: readonly TrueBox[],
  detections: readonly Detection[],
  thresholds: readonly number[],
): readonly number[] {
  const objects = truth.filter(({ crowd }) => !crowd);
  const best = detections
    .filter(({ score }) => score >= smallestScore)
    .toSorted((a, b) => b.score - a.score)
    .slice(0, mostDetections);
  const codes = new Map(best.map((detection) => [detection, detection.class * matchBits ** 2]));
  for (const label of new Set(best.map((detection) => detection.class))) {
    const found = best.filter((detection) => detection.class === label);
    const own = truth.filter((object) => object.class === label);
    for (const [bit, threshold] of thresholds.entries()) {
      for (const [detection, outcome] of matchClass(found, own, threshold)) {
        const unit = outcome === 'right' ? matchBits : 1;
        codes.set(detection, (codes.get(detection) ?? 0) + unit * 2 ** bit);
      }
    }
  }
  return [
    objects.length,
    ...objects.map((object) => object.class),
    best.length,
    ...best.flatMap((detection) => [codes.get(detection) ?? 0, detection.score]),
  ];
}

/** Detections that are right or ignored; the others are wrong. */
function matchClass(
  detections: readonly Detection[],
  objects: readonly TrueBox[],
  threshold: number,
): Map<Detection, 'right' | 'ignored'> {
  const outcome = new Map<Detection, 'right' | 'ignored'>();
  const taken = new Set<TrueBox>();
  for (const detection of detections) {
    let best: TrueBox | null = null;
    let overlap = Math.min(threshold, 1 - 1e-10);
    for (const object of objects) {
      if (object.crowd || taken.has(object)) continue;
      const found = iou(detection.box, object.box);
      if (found < overlap) continue;
      overlap = found;
      best = object;
    }
    if (best) {
      taken.add(best);
      outcome.set(detection, 'right');
    } else if (objects.some(({ crowd, box }) => crowd && shareWithin(detection.box, box) >= threshold)) {
      outcome.set(detection, 'ignored');
    }
  }
  return outcome;
}

/** Of a crowd only the detection's own area counts. */
const shareWithin = (box: Box, crowd: Box): number => intersection(box, crowd) / area(box);

function readRecords(records: Float64Array): ReadonlyMap<number, ClassRecord> {
  const classes = new Map<number, ClassRecord>();
  const of = (label: number): ClassRecord => {
    const known = classes.get(label) ?? { objects: 0, detections: [] };
    classes.set(label, known);
    return known;
  };
  let at = 0;
  const next = () => records[at++] ?? 0;
  while (at < records.length) {
    for (let left = next(); left > 0; left--) of(next()).objects++;
    for (let left = next(); left > 0; left--) {
      const code = next();
      const score = next();
      const right = Math.floor(code / matchBits) % matchBits;
      of(Math.floor(code / matchBits ** 2)).detections.push({ score, right, ignored: code % matchBits });
    }
  }
  return classes;
}

function meanPrecision(classes: ReadonlyMap<number, ClassRecord>, thresholds: number): number {
  const labelled = [...classes.values()].filter(({ objects }) => objects > 0);
  let sum = 0;
  for (const { objects, detections } of labelled) {
    const ranked = detections.toSorted((a, b) => b.score - a.score);
    for (let bit = 0; bit < thresholds; bit++) sum += precisionOf(ranked, objects, bit);
  }
  return sum / (labelled.length * thresholds);
}

/** The average precision of one class at one threshold: precision at the recalls 0, .01 … 1. */
function precisionOf(ranked: readonly Matched[], objects: number, bit: number): number {
  const counted = ranked.filter(({ ignored }) => ((ignored >> bit) & 1) === 0);
  const recalls: number[] = [];
  const precisions: number[] = [];
  let right = 0;
  for (const [index, one] of counted.entries()) {
    right += (one.right >> bit) & 1;
    recalls.push(right / objects);
    precisions.push(right / (index + 1));
  }
  for (let index = precisions.length - 1; index > 0; index--)
    precisions[index - 1] = Math.max(precisions[index - 1] ?? 0, precisions[index] ?? 0);
  let sum = 0;
  let at = 0;
  for (let step = 0; step <= 100; step++) {
    while (at < recalls.length && (recalls[at] ?? 1) < step / 100) at++;
    sum += precisions[at] ?? 0;
  }
  return sum / 101;
}
