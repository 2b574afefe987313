import type { StoredWeight, WeightGroup } from './manifest';

/** Numbers in row-major order. */
export type StoredTensor = Pick<StoredWeight, 'shape' | 'bytes' | 'elementBytes'>;

/** Positions kept along an axis of a stored tensor. */
export interface AxisCut {
  readonly axis: number;
  readonly indices: readonly number[];
}

/** The weight without what was cut away: its stored numbers are moved, never recomputed. */
export function cutWeight<T extends StoredTensor>(weight: T, cuts: readonly AxisCut[]): T {
  return cuts.reduce<T>(cutAxis, weight);
}

function cutAxis<T extends StoredTensor>(weight: T, { axis, indices }: AxisCut): T {
  const { shape, bytes, elementBytes } = weight;
  const length = shape[axis] ?? 0;
  const outer = product(shape.slice(0, axis));
  const run = product(shape.slice(axis + 1)) * elementBytes;
  const kept = new Uint8Array(outer * indices.length * run);
  let to = 0;
  for (let block = 0; block < outer; block++) {
    for (const index of indices) {
      const from = (block * length + index) * run;
      kept.set(bytes.subarray(from, from + run), to);
      to += run;
    }
  }
  return { ...weight, shape: shape.with(axis, indices.length), bytes: kept };
}

/**
 * The group's shard files, as many as there were, holding the weights given. A shard may end anywhere in a weight,
 * so each keeps its share of the whole.
 */
export function writeShards(
  group: WeightGroup,
  weights: readonly StoredWeight[],
): { path: string; bytes: Uint8Array }[] {
  const bytes = new Uint8Array(weights.reduce((sum, weight) => sum + weight.bytes.length, 0));
  let offset = 0;
  for (const weight of weights) {
    bytes.set(weight.bytes, offset);
    offset += weight.bytes.length;
  }
  const before = group.shards.reduce((sum, { length }) => sum + length, 0);
  const share = (end: number) => (before === 0 ? 0 : Math.round((end / before) * bytes.length));
  let end = 0;
  return group.shards.map(({ path, length }) => {
    const start = share(end);
    end += length;
    return { path, bytes: bytes.subarray(start, share(end)) };
  });
}

function product(sizes: readonly number[]): number {
  return sizes.reduce((result, n) => result * n, 1);
}
