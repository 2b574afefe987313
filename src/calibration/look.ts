import type { Value } from '../graph/graph';
import { thumbnail, type Thumbnail } from './thumbnail';
import type { CalibrationFile, CalibrationSpec, NamedArray } from './calibration';
import { prepareCalibration } from './prepare';
import type { Layout } from './sample-layout';
import { elementCount } from './typed-array';

export interface LookAsk {
  readonly first: number;
  readonly count: number;
}

/** Some samples as the network sees them, with what is labelled on them. */
export interface Look {
  /** Samples in use. */
  readonly total: number;
  /** Of the numbers that the network gets in these samples; null when there are none. */
  readonly range: NumberRange | null;
  readonly samples: readonly LookedSample[];
}

export interface NumberRange {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly std: number;
}

export interface LookedSample {
  readonly index: number;
  readonly name: string | null;
  /** null where a sample is no picture. */
  readonly image: Thumbnail | null;
  /** Labels of one number a sample, by array, in words. */
  readonly labels: readonly { readonly array: string; readonly label: string }[];
  readonly boxes: readonly LookedBox[];
  /** In pixels of the network's input. */
  readonly points: readonly (readonly [x: number, y: number])[];
  readonly maps: readonly LookedMap[];
}

/** Corners in pixels of the network's input. */
export interface LookedBox {
  readonly corners: readonly [number, number, number, number];
  readonly label: string;
}

/** A number for each pixel: classes (255: none), or measurements. */
export type LookedMap = { readonly array: string; readonly width: number; readonly height: number } & (
  | { readonly kind: 'classes'; readonly data: Uint8Array }
  | { readonly kind: 'numbers'; readonly data: Float32Array; readonly min: number; readonly max: number }
);

const mostBoxes = 50;
const mostLabels = 6;

/** @throws InputError when the set does not fit the model */
export function lookAtSamples(
  file: CalibrationFile,
  spec: CalibrationSpec,
  model: { readonly input: Value | undefined; readonly layout: Layout },
  { first, count }: LookAsk,
): Look {
  if (!model.input) return { total: 0, range: null, samples: [] };
  const options = { modelLayout: model.layout, arrays: [] };
  const set = prepareCalibration(file, spec, model.input, options);
  const size = elementCount(set.sampleShape);
  const end = Math.min(set.count, first + count);
  const arrays = [...set.arrays.values()].filter(({ name }) => name !== spec.input);
  const samples = Array.from({ length: Math.max(0, end - first) }, (_, i): LookedSample => {
    const index = first + i;
    return {
      index,
      name: file.sampleNames?.[index] ?? null,
      image: thumbnail(set, index, spec, model.layout === 'NCHW'),
      labels: arrays.flatMap((array) => label(file, array, index) ?? []).slice(0, mostLabels),
      boxes: boxes(file, set.arrays, index),
      points: points(set.arrays, index),
      maps: arrays.flatMap((array) => map(array, index) ?? []),
    };
  });
  const numbers = set.input.subarray(first * size, end * size);
  return { total: set.count, range: numbers.length > 0 ? rangeOf(numbers) : null, samples };
}

function label(file: CalibrationFile, { name, shape, data, dtype }: NamedArray, index: number) {
  if (elementCount(shape.slice(1)) !== 1) return null;
  const value = data[index] ?? NaN;
  const whole = !dtype.startsWith('float');
  const named = whole ? file.classNames?.get(name)?.[value] : undefined;
  return { array: name, label: named ?? String(whole ? value : Number(value.toPrecision(4))) };
}

function boxes(file: CalibrationFile, arrays: ReadonlyMap<string, NamedArray>, index: number): LookedBox[] {
  const [all, classes] = [arrays.get('boxes'), arrays.get('classes')];
  const most = all?.shape[1] ?? 0;
  if (all?.shape.length !== 3 || all.shape[2] !== 4) return [];
  const names = file.classNames?.get('classes');
  const found: LookedBox[] = [];
  for (let at = index * most; at < (index + 1) * most && found.length < mostBoxes; at++) {
    const category = classes?.data[at] ?? 0;
    if (category < 0) continue;
    const [x1 = 0, y1 = 0, x2 = 0, y2 = 0] = all.data.subarray(at * 4, at * 4 + 4);
    found.push({ corners: [x1, y1, x2, y2], label: names?.[category] ?? String(category) });
  }
  return found;
}

function points(arrays: ReadonlyMap<string, NamedArray>, index: number): LookedSample['points'] {
  const keypoints = arrays.get('keypoints');
  if (keypoints?.shape.at(-1) !== 3) return [];
  const size = elementCount(keypoints.shape.slice(1));
  const found: [number, number][] = [];
  for (let at = index * size; at < (index + 1) * size; at += 3) {
    const [x = 0, y = 0, visibility = 0] = keypoints.data.subarray(at, at + 3);
    if (visibility > 0) found.push([x, y]);
  }
  return found;
}

/** An array of one number for each of height × width places. */
function map({ name, shape, data }: NamedArray, index: number): LookedMap | null {
  const [, height = 0, width = 0, rest = 1] = shape;
  if (shape.length < 3 || shape.length > 4 || rest !== 1 || height < 4 || width < 4 || name === 'boxes')
    return null;
  const size = width * height;
  const part = data.subarray(index * size, (index + 1) * size);
  const place = { array: name, width, height };
  if (part instanceof Uint8Array) return { ...place, kind: 'classes', data: part.slice() };
  const numbers = Float32Array.from(part);
  const { min, max } = rangeOf(numbers);
  return { ...place, kind: 'numbers', data: numbers, min, max };
}

function rangeOf(numbers: Float32Array): NumberRange {
  let [min, max, sum, squares] = [Infinity, -Infinity, 0, 0];
  for (const value of numbers) {
    min = Math.min(min, value);
    max = Math.max(max, value);
    sum += value;
    squares += value * value;
  }
  const mean = sum / numbers.length;
  return { min, max, mean, std: Math.sqrt(Math.max(0, squares / numbers.length - mean * mean)) };
}
