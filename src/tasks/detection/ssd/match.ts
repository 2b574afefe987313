import { bestObjects } from '../anchors';
import { iou, type Box } from '../box';
import type { TrueBox } from '../truth';

/**
 * The object that each default box answers for, −1 for the background (arXiv 1512.02325, §2.2): the one that it overlaps
 * most, by more than .5; and for each object the box that overlaps it most, whatever the overlap.
 */
export function matchPriors(priors: readonly Box[], objects: readonly TrueBox[]): Int32Array {
  const boxes = objects.map(({ box }) => box);
  const { best, overlaps } = bestObjects(priors, boxes);
  const matched = best.map((object, prior) => ((overlaps[prior] ?? 0) > 0.5 ? object : -1));
  for (const [object, box] of boxes.entries()) {
    let own = 0;
    let largest = -1;
    for (const [prior, candidate] of priors.entries()) {
      const overlap = iou(candidate, box);
      if (overlap > largest) [own, largest] = [prior, overlap];
    }
    matched[own] = object;
  }
  return matched;
}

/** The so many boxes of a list that cost most. */
export function hardest(boxes: readonly number[], costs: Float64Array, most: number): number[] {
  return boxes.toSorted((a, b) => (costs[b] ?? 0) - (costs[a] ?? 0)).slice(0, most);
}
