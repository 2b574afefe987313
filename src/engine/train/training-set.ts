import type { CalibrationSet, InputSamples, NamedArray } from '../../calibration/calibration';
import type { Samples } from './objective';
import { Random } from '../../util/random';

/** Where training samples come from: a set that is held, or one that is made as it is asked for. */
export interface TrainingSet {
  readonly count: number;
  /** Shape of one sample in the model input's axis order (batch excluded). */
  readonly sampleShape: readonly number[];
  /** The samples of these numbers, in this order. */
  read(indices: Int32Array): Samples;
}

/** A calibration set as a training set. */
export function heldSet({ count, sampleShape, input, arrays }: CalibrationSet): TrainingSet {
  const size = sampleShape.reduce((product, dim) => product * dim, 1);
  return {
    count,
    sampleShape,
    read: (indices) => ({
      count: indices.length,
      input: takeInput(input, size, indices),
      arrays: new Map([...arrays].map(([name, array]) => [name, takeSamples(array, indices)])),
    }),
  };
}

/** The samples of these numbers, in this order. */
export function takeSamples(array: NamedArray, indices: Int32Array): NamedArray {
  const sample = array.shape.slice(1);
  const size = sample.reduce((product, dim) => product * dim, 1);
  return { ...array, shape: [indices.length, ...sample], data: takeRows(array.data, size, indices) };
}

/** The order in which an epoch, counted from 0, goes through `count` samples. */
export function epochOrder(count: number, seed: number, epoch: number): Int32Array {
  return Random.of(seed, epoch).permutation(count);
}

function takeInput(input: InputSamples, size: number, indices: Int32Array): Float32Array {
  const rows = new Float32Array(size * indices.length);
  indices.forEach((index, row) => rows.set(input.subarray(index * size, (index + 1) * size), row * size));
  return rows;
}

function takeRows<T extends NamedArray['data']>(data: T, size: number, indices: Int32Array): T {
  // The constructor of a typed array makes arrays of its own type.
  const rows = Reflect.construct(data.constructor, [size * indices.length]) as T;
  indices.forEach((index, row) => rows.set(data.subarray(index * size, (index + 1) * size), row * size));
  return rows;
}
