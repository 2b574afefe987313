import type { Binding } from '../arrays';
import { meanMetric, type SampleMetric } from '../kind';
import { decodePoints, type FoundPoint } from './decode';
import type { HeatMaps, PointsOf, TruePoint } from './index';

/**
 * PCK@.2: the share of labelled keypoints found within a fifth of the longer side of the box around the instance's labelled
 * keypoints (Yang and Ramanan, PAMI 2013, §6). OKS: the mean object keypoint similarity as COCO defines it, with
 * that box's area for the object's and, where the keypoints are not COCO's 17, .05 for every keypoint's spread. Of several
 * instances the likest counts.
 */
export function keypointMetric({ spec }: Binding, maps: HeatMaps, pointsOf: PointsOf): SampleMetric {
  const similarity = spec.metric === 'OKS' ? objectSimilarity : withinFifth;
  return meanMetric(spec.metric === 'OKS' ? 'OKS' : 'PCK@.2', true, (sample, [output], sums) => {
    if (!output) return;
    const instances = pointsOf(sample).map((points) => ({ points, extent: extentOf(points) }));
    for (const [index, found] of decodePoints(output, maps).entries()) {
      const likenesses = instances.flatMap(({ points, extent }) => {
        const own = points[index];
        return own?.visible ? [similarity(distance(found, own), extent, index, points.length)] : [];
      });
      if (likenesses.length === 0) continue;
      sums[0] = (sums[0] ?? 0) + Math.max(...likenesses);
      sums[1] = (sums[1] ?? 0) + 1;
    }
  });
}

/** Sides of a box, in pixels. */
interface Extent {
  readonly width: number;
  readonly height: number;
}

type Similarity = (distance: number, extent: Extent, index: number, points: number) => number;

const withinFifth: Similarity = (d, { width, height }) => (d <= 0.2 * Math.max(width, height, 1) ? 1 : 0);

/** Standard deviations of COCO's keypoints: nose, eyes, ears, shoulders, elbows, wrists, hips, knees, ankles. */
const cocoSpreads = [
  0.026, 0.025, 0.025, 0.035, 0.035, 0.079, 0.079, 0.072, 0.072, 0.062, 0.062, 0.107, 0.107, 0.087, 0.087,
  0.089, 0.089,
];

/** exp(−d²/(2·area·(2σ)²)). */
const objectSimilarity: Similarity = (d, { width, height }, index, points) => {
  const spread = (points === cocoSpreads.length ? cocoSpreads[index] : undefined) ?? 0.05;
  return Math.exp(-(d ** 2) / (2 * Math.max(width * height, 1) * (2 * spread) ** 2));
};

function extentOf(points: readonly TruePoint[]): Extent {
  const labelled = points.filter(({ visible }) => visible);
  const range = (values: readonly number[]) => Math.max(...values, -Infinity) - Math.min(...values, Infinity);
  return { width: range(labelled.map(({ x }) => x)), height: range(labelled.map(({ y }) => y)) };
}

const distance = (a: FoundPoint, b: TruePoint): number => Math.hypot(a.x - b.x, a.y - b.y);
