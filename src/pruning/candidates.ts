/** A pruning ratio of a group and the number of its units that it removes. */
export interface Candidate {
  readonly ratio: number;
  readonly removed: number;
}

/** Units that a ratio removes of a group: rounded down, and never all of them. */
export function removalCount(ratio: number, size: number): number {
  return Math.min(Math.floor(ratio * size), size - 1);
}

/** Every ratio with its count, ascending: several may share a count, and the first may remove nothing. */
export function allCandidates(ratios: readonly number[], size: number): Candidate[] {
  const ascending = ratios.toSorted((a, b) => a - b);
  return ascending.map((ratio) => ({ ratio, removed: removalCount(ratio, size) }));
}

/** Each count that removes something, at the smallest ratio that reaches it, ascending. */
export function distinctCandidates(ratios: readonly number[], size: number): Candidate[] {
  return allCandidates(ratios, size).filter(
    ({ removed }, index, all) => removed > 0 && removed !== all[index - 1]?.removed,
  );
}
