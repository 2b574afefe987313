import { cutSamples, type SampleBatch } from './sample-batch';
import { Random } from '../util/random';

const SEED = 1;
/** The share of the batches that estimates may look at. */
const PROBES = 1 / 4;

/** All samples in an order that says nothing about them: the first ones are a fair sample of a set sorted by class, too. */
export function shuffled(count: number): readonly number[] {
  return [...Random.of(SEED, count).permutation(count)];
}

/**
 * Deals samples out to batches by difficulty: the first quarter of the batches are each a sample of the set with as
 * many of every level of difficulty (stratified, so that estimates vary little); the others hold the rest, the hardest
 * first, so that a sum of losses that exceeds a limit does so soon.
 *
 * @param difficulty of each sample, not negative
 * @returns null where there are too few batches for both
 */
export function stratify(difficulty: Float64Array, batches: number): readonly SampleBatch[] | null {
  const probes = Math.floor(PROBES * batches);
  if (probes === 0) return null;
  const random = Random.of(SEED, difficulty.length, batches);
  const hardest = shuffled(difficulty.length).toSorted((a, b) => (difficulty[b] ?? 0) - (difficulty[a] ?? 0));
  const dealt = Array.from({ length: probes }, (): number[] => []);
  const rest: number[] = [];
  for (let first = 0; first < hardest.length; first += batches) {
    const stratum = hardest.slice(first, first + batches);
    const seats = random.permutation(stratum.length);
    stratum.forEach((sample, at) => (dealt[seats[at] ?? probes] ?? rest).push(sample));
  }
  const others = cutSamples(rest, Math.ceil(rest.length / (batches - probes)));
  return [...dealt, ...others.map(({ samples }) => samples)].map((samples, index) => ({ index, samples }));
}

/** Rows that a batch gets from another cut of the same samples. */
export interface Move {
  readonly from: number;
  readonly rows: readonly number[];
}

/** The new batches with their samples in the order in which the moves bring them, one list of moves for each. */
export function movesBetween(
  before: readonly SampleBatch[],
  after: readonly SampleBatch[],
): { readonly batches: readonly SampleBatch[]; readonly moves: readonly (readonly Move[])[] } {
  const moves = after.map(({ samples }) => {
    const wanted = new Set(samples);
    return before.flatMap(({ index, samples: old }): Move[] => {
      const rows = old.flatMap((sample, row) => (wanted.has(sample) ? [row] : []));
      return rows.length > 0 ? [{ from: index, rows }] : [];
    });
  });
  const batches = moves.map((parts, index) => ({
    index,
    samples: parts.flatMap(({ from, rows }) => rows.flatMap((row) => before[from]?.samples[row] ?? [])),
  }));
  return { batches, moves };
}
