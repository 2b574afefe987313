/** A pruning ratio of a group and the number of its units that it removes. */
export interface Candidate {
  readonly ratio: number;
  readonly removed: number;
}

/** What must remain of every group, whatever the losses allow. */
export interface ChannelLimits {
  /** Units that are kept at the least. */
  readonly minKept?: number;
  /** Kept counts are rounded up to a multiple of this: 8 is what speeds WASM and WebGPU. */
  readonly keptMultiple?: number;
  /** Share of a group's units that may be removed at the most. */
  readonly maxRatio?: number;
}

/** Units that a ratio removes of a group: rounded down, and never all of them. */
export function removalCount(ratio: number, size: number): number {
  return Math.min(Math.floor(ratio * size), size - 1);
}

/** As `removalCount`, within the limits. */
export function limitedCount(ratio: number, size: number, limits: ChannelLimits): number {
  const { minKept = 1, keptMultiple = 1, maxRatio = 1 } = limits;
  const removed = Math.min(removalCount(Math.min(ratio, maxRatio), size), size - minKept);
  const kept = Math.ceil((size - removed) / keptMultiple) * keptMultiple;
  return Math.max(0, size - kept);
}

/** Every ratio with its count, ascending: several may share a count, and the first may remove nothing. */
export function allCandidates(ratios: readonly number[], size: number): Candidate[] {
  const ascending = ratios.toSorted((a, b) => a - b);
  return ascending.map((ratio) => ({ ratio, removed: removalCount(ratio, size) }));
}

/** Each count that removes something, at the smallest ratio that reaches it, ascending. */
export function distinctCandidates(
  ratios: readonly number[],
  size: number,
  limits: ChannelLimits = {},
): Candidate[] {
  const limited = allCandidates(ratios, size).map(({ ratio }) => ({
    ratio,
    removed: limitedCount(ratio, size, limits),
  }));
  return limited.filter(({ removed }, index, all) => removed > 0 && removed !== all[index - 1]?.removed);
}
