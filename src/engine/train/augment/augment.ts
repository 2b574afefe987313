import type { NamedArray } from '../../../calibration/calibration';
import type { Samples } from '../objective';
import type { Random } from '../../../util/random';
import { staysAsItIs, type CarryLabel } from './labels';
import { moveMap } from './map';
import { drawMove, type AugmentationSpec, type Move } from './move';

export interface Augmentation extends AugmentationSpec {
  /** The input sample's axis of rows: 0 channels last, 1 channels first. */
  readonly rows: 0 | 1;
  /** What becomes of each array; those that are not named stay as they are. */
  readonly labels?: ReadonlyMap<string, CarryLabel>;
}

/**
 * Moves each sample in its own random way, and its labels with it.
 *
 * @param sampleShape of the input
 */
export function augment(
  samples: Samples,
  sampleShape: readonly number[],
  augmentation: Augmentation,
  random: Random,
): Samples {
  const { rows, labels = new Map<string, CarryLabel>() } = augmentation;
  const [height = 1, width = 1] = sampleShape.slice(rows, rows + 2);
  const moves = Array.from({ length: samples.count }, () => drawMove(augmentation, [height, width], random));
  const input = mapSamples(samples.input, moves, (data, move) =>
    moveMap(data, sampleShape, rows, 'linear', move),
  );
  const carry = (array: NamedArray): NamedArray => {
    const carryLabel = labels.get(array.name) ?? staysAsItIs;
    if (carryLabel === staysAsItIs) return array;
    const shape = array.shape.slice(1);
    const data = mapSamples(array.data, moves, (sample, move) =>
      carryLabel({ data: sample, shape }, move, [height, width]),
    );
    return { ...array, data };
  };
  return {
    ...samples,
    input,
    arrays: new Map([...samples.arrays].map(([name, array]) => [name, carry(array)])),
  };
}

function mapSamples<T extends NamedArray['data']>(
  data: T,
  moves: readonly Move[],
  change: (sample: T, move: Move) => ArrayLike<number>,
): T {
  // Both are typed arrays of the array's own type.
  const changed = data.slice() as T;
  const size = data.length / Math.max(1, moves.length);
  moves.forEach((move, index) => {
    const sample = data.subarray(index * size, (index + 1) * size) as T;
    changed.set(change(sample, move), index * size);
  });
  return changed;
}
