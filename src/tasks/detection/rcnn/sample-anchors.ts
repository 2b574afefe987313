import { bestObjects } from '../anchors';
import type { Box } from '../box';
import type { TrueBox } from '../truth';

/** Anchors that take part in a sample's loss: positives with their objects, and negatives. */
export interface AnchorSample {
  readonly positives: readonly { readonly anchor: number; readonly object: TrueBox }[];
  readonly negatives: readonly number[];
}

const taken = 256;

/**
 * Labels anchors (Ren et al., "Faster R-CNN", arXiv 1506.01497, §3.1.2): positive with an IoU of .7 or more, or the most
 * that any has with an object; negative below .3; and takes 256 of them, half positive at most. The paper draws them at
 * random; here they are evenly spaced, so that a loss is the same whenever it is measured.
 */
export function sampleAnchors(anchors: readonly Box[], objects: readonly TrueBox[]): AnchorSample {
  const { best, overlaps, reached } = bestObjects(
    anchors,
    objects.map(({ box }) => box),
  );
  const positives: { anchor: number; object: TrueBox }[] = [];
  const negatives: number[] = [];
  for (const anchor of anchors.keys()) {
    const overlap = overlaps[anchor] ?? 0;
    const index = best[anchor] ?? -1;
    const object = objects[index];
    const isBest = overlap > 0 && overlap >= (reached[index] ?? Infinity) - 1e-9;
    if (object && (overlap >= 0.7 || isBest)) positives.push({ anchor, object });
    else if (overlap < 0.3) negatives.push(anchor);
  }
  const chosen = evenly(positives, taken / 2);
  return { positives: chosen, negatives: evenly(negatives, taken - chosen.length) };
}

function evenly<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list;
  return list.filter(
    (_, index) => Math.floor((index * most) / list.length) !== Math.floor(((index - 1) * most) / list.length),
  );
}
