import type {
  CalibrationFile,
  CalibrationSet,
  CalibrationSpec,
  InputSamples,
  NamedArray,
} from '../calibration/calibration';
import { prepareCalibration } from '../calibration/index';
import { takeSamples } from '../engine/train';
import { Random } from '../util/random';
import type { Value } from '../graph/graph';
import { InputError } from '../util/errors';
import type { FineTuneSettings } from './settings';

/** Samples to train on and samples to judge by, apart from each other. */
export interface TuningData {
  readonly train: CalibrationSet;
  readonly validation: CalibrationSet;
  /** Where the training samples come from. */
  readonly source: 'file' | 'calibration';
  /** The file of the training samples and that of the validation samples, for messages. */
  readonly files: readonly [train: string, validation: string];
  readonly warnings: readonly string[];
}

export interface DataSources {
  readonly calibration: { readonly file: string; readonly set: CalibrationSet };
  readonly train: CalibrationFile | null;
  readonly validation: CalibrationFile | null;
}

export interface DataReading {
  /** How the calibration set was read; the other files are read alike, but whole. */
  readonly spec: CalibrationSpec;
  readonly input: Value;
  readonly modelLayout: 'NCHW' | 'NHWC';
  /** Names of the arrays that tasks use. */
  readonly arrays: readonly string[];
}

const WARNING =
  'There is no training set, so the network is trained on part of the calibration set that decided what was pruned: ' +
  'its figures there say little of unseen data. Give a training set of its own.';

/**
 * A training set apart from the calibration set, where one is given, and a validation set apart from both; without
 * one, parts of the calibration set, with a warning.
 * @throws InputError when a file does not fit the model, or too few samples are left
 */
export function tuningData(
  { calibration, train, validation }: DataSources,
  reading: DataReading,
  settings: Pick<FineTuneSettings, 'validation' | 'seed'>,
): TuningData {
  const { input, modelLayout, arrays } = reading;
  // A training set has its own size: limits and subsets are the calibration set's.
  const { subset: _, ...rest } = reading.spec;
  const prepare = (file: CalibrationFile) =>
    prepareCalibration(file, { ...rest, file: file.file, limit: null }, input, { modelLayout, arrays });
  const all = train ? prepare(train) : calibration.set;
  const trainFile = train?.file ?? calibration.file;
  const source = train ? 'file' : 'calibration';
  const warnings = train ? [] : [WARNING];
  if (validation) {
    const set = prepare(validation);
    return { train: all, validation: set, source, files: [trainFile, validation.file], warnings };
  }
  const share = typeof settings.validation === 'number' ? settings.validation : 0.1;
  const [kept, held] = split(all, share, settings.seed, trainFile);
  return { train: kept, validation: held, source, files: [trainFile, trainFile], warnings };
}

/** A seeded choice of samples to hold out. */
function split(
  set: CalibrationSet,
  share: number,
  seed: number,
  file: string,
): readonly [rest: CalibrationSet, held: CalibrationSet] {
  const held = Math.max(1, Math.round(set.count * share));
  if (held >= set.count)
    throw new InputError({
      file,
      place: 'recover.validation',
      problem: `${held} of ${set.count} samples would be held out, which leaves none to train on.`,
      advice: 'Give more samples, or hold out a smaller part.',
    });
  const order = Random.of(seed, 0x7a11).permutation(set.count);
  return [takeSet(set, order.subarray(held)), takeSet(set, order.subarray(0, held))];
}

/** The samples with these numbers, in this order. */
export function takeSet(set: CalibrationSet, indices: Int32Array): CalibrationSet {
  const size = set.sampleShape.reduce((product, dim) => product * dim, 1);
  return {
    count: indices.length,
    sampleShape: set.sampleShape,
    input: new ChosenSamples(set.input, size, indices),
    arrays: new Map(
      [...set.arrays].map(([name, array]): [string, NamedArray] => [name, takeSamples(array, indices)]),
    ),
  };
}

/** Samples of a set in another order, looked up when they are asked for. */
class ChosenSamples implements InputSamples {
  readonly length: number;
  readonly #from: InputSamples;
  readonly #size: number;
  readonly #indices: Int32Array;

  constructor(from: InputSamples, size: number, indices: Int32Array) {
    this.#from = from;
    this.#size = size;
    this.#indices = indices;
    this.length = indices.length * size;
  }

  /** Of whole samples. */
  subarray(first: number, end: number): Float32Array {
    const chosen = this.#indices.subarray(first / this.#size, end / this.#size);
    const numbers = new Float32Array(chosen.length * this.#size);
    chosen.forEach((index, row) =>
      numbers.set(this.#from.subarray(index * this.#size, (index + 1) * this.#size), row * this.#size),
    );
    return numbers;
  }
}
