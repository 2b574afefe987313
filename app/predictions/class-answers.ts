import type { ClassBars } from '../../src/tasks/drawing';

/** Of many classes only those that matter: the likeliest before and after, and the true ones. */
export function shownClasses(before: ClassBars, after: ClassBars, most = 12): readonly number[] {
  const count = before.probabilities.length;
  if (count <= most) return Array.from({ length: count }, (_, index) => index);
  const chosen = new Set(before.labels.slice(0, most));
  const [first, second] = [ranked(before), ranked(after)];
  for (let place = 0; chosen.size < most && place < count; place++)
    for (const list of [first, second]) {
      const next = list[place];
      if (next !== undefined && chosen.size < most) chosen.add(next);
    }
  return [...chosen].sort((a, b) => a - b);
}

/** The likeliest class, how likely, and whether it is a true one; null where there are no labels. */
export function answerOf({ probabilities, labels }: ClassBars): {
  readonly index: number;
  readonly probability: number;
  readonly right: boolean | null;
} {
  const index = probabilities.reduce(
    (best, value, at) => (value > (probabilities[best] ?? 0) ? at : best),
    0,
  );
  const right = labels.length === 0 ? null : labels.includes(index);
  return { index, probability: probabilities[index] ?? NaN, right };
}

function ranked({ probabilities }: ClassBars): number[] {
  return [...probabilities.keys()].sort((a, b) => (probabilities[b] ?? 0) - (probabilities[a] ?? 0));
}
