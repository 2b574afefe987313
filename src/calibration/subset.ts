import { Random } from '../util/random';
import { InputError } from '../util/errors';
import type { CalibrationSpec } from './calibration';

/** The class of a sample, or null when there is no such array. */
export type ClassOf = (array: string) => ((sample: number) => number) | null;

/**
 * The samples that a spec takes of `total`, in the order in which they are used: drawn at random by the seed, in turn
 * from each class where they are to be balanced; then at most `limit`.
 *
 * @throws InputError when the array to balance by is not there
 */
export function selectSamples(
  total: number,
  { subset, limit, file }: Pick<CalibrationSpec, 'subset' | 'limit' | 'file'>,
  classOf: ClassOf,
): Int32Array {
  const order = !subset ? identity(total) : draw(total, subset, classOf, file);
  return limit === null ? order : order.subarray(0, limit);
}

function draw(
  total: number,
  { count, seed, balance }: NonNullable<CalibrationSpec['subset']>,
  classOf: ClassOf,
  file: string,
): Int32Array {
  const shuffled = Random.of(seed).permutation(total);
  if (balance === undefined) return shuffled.subarray(0, count);
  const classOfSample = classOf(balance);
  if (!classOfSample) {
    throw new InputError({
      file,
      place: 'subset.balance',
      problem: `there is no array "${balance}" with a class for each sample.`,
      advice: 'Name an array of classes, or leave it out.',
    });
  }
  const queues = new Map<number, number[]>();
  for (const sample of shuffled) {
    const label = classOfSample(sample);
    const queue = queues.get(label);
    if (queue) queue.push(sample);
    else queues.set(label, [sample]);
  }
  const turns = [...queues].sort(([a], [b]) => a - b).map(([, queue]) => queue);
  const taken: number[] = [];
  for (let round = 0; taken.length < Math.min(count, total); round++) {
    taken.push(...turns.flatMap((queue) => queue[round] ?? []));
  }
  return Int32Array.from(taken.slice(0, count));
}

const identity = (count: number) => Int32Array.from({ length: count }, (_, sample) => sample);
