import type { Value } from '../graph/graph';
import { InputError } from '../util/errors';
import { ByteSamples } from './byte-samples';
import type {
  CalibrationFile,
  CalibrationSet,
  CalibrationSpec,
  InputSamples,
  NamedArray,
} from './calibration';
import { fitSample, type Layout, type SampleMove } from './sample-layout';
import { selectSamples } from './subset';
import { elementCount } from './typed-array';

export interface PrepareOptions {
  /** The model's own axis order; decides only where the shape of its input fits both. Default: the set's. */
  readonly modelLayout?: Layout;
  /** Arrays the tasks use. Others may then have another number of samples, and are left out. Default: all. */
  readonly arrays?: readonly string[];
}

/**
 * Makes the calibration set ready for the model's input: x·scale, then (x−mean)/std per channel, in the model's
 * own axis order, of the samples that `subset` and `limit` take. Bytes stay bytes until they are used. The input array
 * itself is among the set's arrays, as stored.
 *
 * @throws InputError when the array is missing, empty, does not fit the model or holds NaN or infinity
 */
export function prepareCalibration(
  file: CalibrationFile,
  spec: CalibrationSpec,
  modelInput: Value,
  options: PrepareOptions = {},
): CalibrationSet {
  const input = inputArray(file, spec);
  checkCount(file, input, spec.limit);
  const samples = takenSamples(file, input, spec);
  const sampleShape = modelInput.shape.slice(1).map((length) => length ?? 1);
  const move = fitSample(input.shape.slice(1), sampleShape, spec.layout, options.modelLayout ?? spec.layout);
  if (!move) throw misfit(file, input, spec.layout, modelInput.name, sampleShape);
  const channels = affine(file, spec, move);
  return {
    count: samples.length,
    sampleShape,
    input: preprocess(file, takeSamples(input, samples), move, channels),
    arrays: cutArrays(file, input, samples, options.arrays),
  };
}

/** Classes to balance by are an array's first number for each sample. */
function takenSamples(file: CalibrationFile, input: NamedArray, spec: CalibrationSpec): Int32Array {
  const total = input.shape[0] ?? 0;
  const { subset, ...rest } = spec;
  const own = { ...rest, file: file.file, ...(subset && !file.drawn ? { subset } : {}) };
  return selectSamples(total, own, (name) => {
    const array = file.arrays.get(name);
    if (array?.shape[0] !== total) return null;
    const size = elementCount(array.shape.slice(1));
    return (sample) => array.data[sample * size] ?? -1;
  });
}

function inputArray(file: CalibrationFile, spec: CalibrationSpec): NamedArray {
  const input = file.arrays.get(spec.input);
  if (input && input.shape.length > 0) return input;
  throw new InputError({
    file: file.file,
    problem: input ? `"${spec.input}" is a single number.` : `there is no array "${spec.input}".`,
    advice: `Choose the images among ${[...file.arrays.keys()].map((name) => `"${name}"`).join(', ')}.`,
  });
}

function checkCount(file: CalibrationFile, input: NamedArray, limit: number | null) {
  if (limit !== null && !(Number.isInteger(limit) && limit >= 1)) {
    throw new InputError({
      file: file.file,
      place: 'limit',
      problem: `${limit} is not a number of samples.`,
      advice: 'Give a whole number of at least 1, or none.',
    });
  }
  if (elementCount(input.shape) === 0) {
    throw new InputError({
      file: file.file,
      place: `array "${input.name}"`,
      problem: `it holds no samples (${input.shape.join('×')}).`,
      advice: 'Save at least one; a few hundred make a calibration set.',
    });
  }
}

function misfit(
  file: CalibrationFile,
  input: NamedArray,
  layout: Layout,
  modelInput: string,
  target: readonly number[],
): InputError {
  const rank = input.shape.length;
  const images = (rank === 3 || rank === 4) && target.length === 3;
  const sample = input.shape.slice(1).join('×') || 'single numbers';
  return new InputError({
    file: file.file,
    place: `array "${input.name}"`,
    problem: `${sample} ${images ? `images (${layout})` : 'samples'}, but the model's input "${modelInput}" wants ${target.join('×')}.`,
    advice: images
      ? 'Resize the images, or correct the layout, or choose another array.'
      : 'Choose another array, or save this one in the shape the model wants.',
  });
}

interface Affine {
  readonly factor: number;
  readonly mean: number;
  readonly std: number;
}

/** One for each channel of the stored sample. */
function affine(file: CalibrationFile, spec: CalibrationSpec, move: SampleMove): Affine[] {
  const channels = move.stored[move.channelAxis] ?? 1;
  const perChannel = (list: readonly number[], place: 'mean' | 'std') => {
    if (list.length !== 1 && list.length !== channels) {
      throw new InputError({
        file: file.file,
        place,
        problem: `${list.length} values for ${channels} channel${channels === 1 ? '' : 's'}.`,
        advice: 'Give one value for all channels, or one for each.',
      });
    }
    return (channel: number) => list[list.length === 1 ? 0 : channel] ?? NaN;
  };
  const mean = perChannel(spec.mean, 'mean');
  const std = perChannel(spec.std, 'std');
  const list = Array.from({ length: channels }, (_, channel) => ({
    factor: spec.scale,
    mean: mean(channel),
    std: std(channel),
  }));
  if (list.some((entry) => entry.std === 0 || !Object.values(entry).every(Number.isFinite))) {
    throw new InputError({
      file: file.file,
      place: 'scale, mean and std',
      problem: 'they must be finite numbers, and std not zero.',
      advice: 'Use scale 1, mean 0 and std 1 for values that are ready as they are.',
    });
  }
  return list;
}

function preprocess(
  file: CalibrationFile,
  input: NamedArray,
  move: SampleMove,
  channels: readonly Affine[],
): InputSamples {
  const { from, channel } = offsets(move);
  if (input.data instanceof Uint8Array) return byteSamples(moved(input.data, from), channel, channels);
  const size = from.length;
  const output = new Float32Array(input.data.length);
  for (let i = 0; i < output.length; i++) {
    const place = i % size;
    const stored = input.data[i - place + (from[place] ?? 0)] ?? NaN;
    output[i] = normalised(stored, channels[channel[place] ?? 0]);
  }
  const bad = output.findIndex((value) => !Number.isFinite(value));
  if (bad >= 0) {
    throw new InputError({
      file: file.file,
      place: `array "${input.name}"`,
      problem: `sample ${Math.floor(bad / size)} (counted from 0) holds NaN or infinity.`,
      advice: 'Mend or remove that sample.',
    });
  }
  return output;
}

const normalised = (stored: number, { factor, mean, std }: Affine = { factor: 1, mean: 0, std: 1 }) =>
  (stored * factor - mean) / std;

/** Every sample with its elements in the model's order. */
function moved(data: Uint8Array, from: Int32Array): Uint8Array {
  if (from.every((place, i) => place === i)) return data;
  const result = new Uint8Array(data.length);
  for (let start = 0; start < data.length; start += from.length)
    for (let i = 0; i < from.length; i++) result[start + i] = data[start + (from[i] ?? 0)] ?? 0;
  return result;
}

function byteSamples(data: Uint8Array, channel: Int32Array, channels: readonly Affine[]): ByteSamples {
  const tables = new Float32Array(channels.length * 256);
  channels.forEach((affine, c) => {
    for (let byte = 0; byte < 256; byte++) tables[c * 256 + byte] = normalised(byte, affine);
  });
  return new ByteSamples({ data, channel, tables });
}

/** For each element of a model sample: its place in the stored sample, and its channel. */
function offsets({ stored, perm, channelAxis }: SampleMove) {
  const steps = stored.map((_, axis) => elementCount(stored.slice(axis + 1)));
  const lengths = perm.map((axis) => stored[axis] ?? 1);
  const size = elementCount(stored);
  const from = new Int32Array(size);
  const channel = new Int32Array(size);
  const channelStep = steps[channelAxis] ?? 1;
  const channelCount = stored[channelAxis] ?? 1;
  for (let i = 0; i < size; i++) {
    let rest = i;
    let at = 0;
    for (let axis = perm.length - 1; axis >= 0; axis--) {
      const length = lengths[axis] ?? 1;
      at += (rest % length) * (steps[perm[axis] ?? 0] ?? 0);
      rest = Math.floor(rest / length);
    }
    from[i] = at;
    channel[i] = Math.floor(at / channelStep) % channelCount;
  }
  return { from, channel };
}

function cutArrays(
  file: CalibrationFile,
  input: NamedArray,
  taken: Int32Array,
  used: readonly string[] | undefined,
): Map<string, NamedArray> {
  const samples = input.shape[0];
  const arrays = new Map<string, NamedArray>();
  for (const array of file.arrays.values()) {
    const wanted = used === undefined || used.includes(array.name);
    if (array.shape[0] === samples) arrays.set(array.name, takeSamples(array, taken));
    else if (wanted) throw unequal(file, input, array);
  }
  return arrays;
}

/** The samples of these numbers; without copying where they are the first ones in order. */
function takeSamples(array: NamedArray, taken: Int32Array): NamedArray {
  const size = elementCount(array.shape.slice(1));
  const shape = [taken.length, ...array.shape.slice(1)];
  if (taken.every((sample, i) => sample === i)) {
    return { ...array, shape, data: array.data.subarray(0, taken.length * size) };
  }
  const data = array.data.slice(0, taken.length * size);
  taken.forEach((sample, i) => data.set(array.data.subarray(sample * size, (sample + 1) * size), i * size));
  return { ...array, shape, data };
}

function unequal(file: CalibrationFile, input: NamedArray, array: NamedArray): InputError {
  return new InputError({
    file: file.file,
    place: `array "${array.name}"`,
    problem: `it has ${array.shape[0] ?? 'no'} samples, but "${input.name}" has ${input.shape[0] ?? 0}.`,
    advice: 'Save the same number of each, in the same order.',
  });
}
