import type { SampleMetric } from '../kind';
import type { BinaryMaps } from './balanced';
import { fMeasure, levelOf } from './max-f';

/** Thresholds; few, since the tally of every candidate keeps four numbers for each. */
const levels = 64;

/**
 * An approximation of the boundary benchmark's ODS-F (Martin et al., PAMI 2004): the F-measure at the one threshold
 * that is best for the whole set, counted over all images. A position is matched when the other map has an edge within
 * .0075 of the image's diagonal; unlike the benchmark, edges are not thinned and a position may match several.
 */
export function odsF({ width, height, labels, probability }: BinaryMaps): SampleMetric {
  const positions = width * height;
  const near = neighbours(0.0075 * Math.hypot(width, height));
  const nearEdges = new Map<number, Int16Array>();
  return {
    name: 'odsF (approximate)',
    higherIsBetter: true,
    merge: 'add',
    size: 4 * levels,
    add: (sample, [output], sums) => {
      const own = labels.subarray(sample * positions, (sample + 1) * positions);
      const predicted = new Int16Array(positions);
      for (let at = 0; at < positions; at++)
        predicted[at] = (own[at] ?? -1) < 0 ? -1 : levelOf(probability(output?.[at] ?? NaN), levels);
      const isNear = nearEdges.get(sample) ?? largestNear(own, width, height, near);
      nearEdges.set(sample, isNear);
      const reached = largestNear(predicted, width, height, near);
      const count = (kind: number, level: number) =>
        (sums[kind * levels + level] = (sums[kind * levels + level] ?? 0) + 1);
      for (let at = 0; at < positions; at++) {
        const label = own[at] ?? -1;
        if (label < 0) continue;
        const level = predicted[at] ?? -1;
        const best = reached[at] ?? -1;
        count(0, level);
        if (isNear[at] === 1) count(1, level);
        if (label !== 1) continue;
        count(2, 0);
        if (best >= 0) count(3, best);
      }
    },
    value: (sums) => {
      let [said, right, found] = [0, 0, 0];
      const edges = sums[2 * levels] ?? 0;
      let best = 0;
      for (let level = levels - 1; level > 0; level--) {
        said += sums[level] ?? 0;
        right += sums[levels + level] ?? 0;
        found += sums[3 * levels + level] ?? 0;
        const precision = said === 0 ? 0 : right / said;
        best = Math.max(best, fMeasure(precision, edges === 0 ? 0 : found / edges, 1));
      }
      return best;
    },
  };
}

/** Offsets within a distance, in positions. */
function neighbours(distance: number): readonly (readonly [number, number])[] {
  const reach = Math.floor(distance);
  const steps = Array.from({ length: 2 * reach + 1 }, (_, index) => index - reach);
  return steps.flatMap((y) =>
    steps.flatMap((x): [number, number][] => (Math.hypot(x, y) <= distance ? [[y, x]] : [])),
  );
}

function largestNear(
  values: Int8Array | Int16Array,
  width: number,
  height: number,
  near: readonly (readonly [number, number])[],
): Int16Array {
  const largest = new Int16Array(values.length).fill(-1);
  for (const [dy, dx] of near)
    for (let y = Math.max(0, -dy); y < Math.min(height, height - dy); y++)
      for (let x = Math.max(0, -dx); x < Math.min(width, width - dx); x++) {
        const value = values[(y + dy) * width + x + dx] ?? -1;
        const at = y * width + x;
        if (value > (largest[at] ?? -1)) largest[at] = value;
      }
  return largest;
}
