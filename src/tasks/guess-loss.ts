import type { NamedArray } from '../calibration/calibration';
import { alignElements, sameShape, squeeze, type Sample } from './alignment';
import { sampleOf } from './arrays';
import { classLayouts } from './classification/class-axis';
import type { OutputShape } from './guess';
import type { TaskSpec } from './task';

export type Guess = Pick<TaskSpec, 'loss'> & Partial<TaskSpec>;

/** What an array could mean for an output, by their names, shapes and values; `null` when they do not fit. */
export function guessLoss(output: OutputShape, array: NamedArray): Guess | null {
  const sample = sampleOf(array);
  const names = `${output.name} ${array.name}`;
  if (areKeypoints(output.sampleShape, sample, array.name)) return { loss: 'keypoint-heatmap' };
  const aligned = alignElements(output.sampleShape, sample, false) !== null;
  const isMap = squeeze(sample).length > 1;
  if (aligned && isMap && /depth|dispar|distance/i.test(names)) return { loss: 'depth-l1' };
  if (aligned && isMap && /normal/i.test(names) && squeeze(sample).includes(3))
    return { loss: 'normals-cosine' };

  const range = rangeOf(array);
  if (!range.finite) return null;
  const classes = range.whole && range.min >= 0 ? guessClasses(output, array, range) : null;
  if (classes) return classes;
  if (!aligned) return null;
  const binary = range.whole && range.min >= 0 && range.largestKnown <= 1;
  if (binary && isMap && /edge|bound|contour/i.test(names)) return { loss: 'balanced-bce', metric: 'odsF' };
  if (binary && isMap && /salien|sal\b|mask/i.test(names)) return { loss: 'balanced-bce', metric: 'maxF' };
  if (/heat|^hm/i.test(output.name) && range.min >= 0 && range.max <= 1)
    return { loss: 'centernet-focal', reduction: 'sum' };
  if (squeeze(sample).length === 1 && rowsSumToOne(array)) return { loss: 'cross-entropy' };
  if (binary && range.max <= 1) return { loss: 'binary-cross-entropy' };
  return { loss: 'mse' };
}

/**
 * Class numbers. In maps of bytes 255 is for where none applies, also where it does not occur yet: pictures that are
 * fitted in another way get margins of it.
 */
function guessClasses(
  output: OutputShape,
  array: NamedArray,
  { max, largestKnown }: ReturnType<typeof rangeOf>,
): Guess | null {
  const labels = sampleOf(array);
  const isMap = squeeze(labels).length > 1;
  const unknown = isMap && (max === unknownClass || array.dtype === 'uint8');
  if (unknown && hasClasses(output.sampleShape, labels, largestKnown) && !namesClass(output, unknownClass))
    return { loss: 'cross-entropy', ignore: unknownClass };
  return hasClasses(output.sampleShape, labels, max) ? { loss: 'cross-entropy' } : null;
}

/** Whether the number is a class of the output like any other. */
const namesClass = ({ sampleShape }: OutputShape, number: number) =>
  classLayouts(sampleShape).some(({ classes }) => number < classes);

const unknownClass = 255;

function hasClasses(output: Sample, labels: Sample, largest: number): boolean {
  return classLayouts(output).some(
    ({ shape, classes }) => sameShape(shape, squeeze(labels)) && largest < classes,
  );
}

/** Points × 3 for as many maps, under a name that says so. */
function areKeypoints(output: Sample, labels: Sample, name: string): boolean {
  const points = labels.at(-2);
  return (
    /key ?_?points|joints|landmarks/i.test(name) &&
    labels.at(-1) === 3 &&
    output.length === 3 &&
    (output[0] === points || output[2] === points)
  );
}

function rangeOf({ data }: NamedArray) {
  let min = Infinity;
  let max = -Infinity;
  /** The largest below 255. */
  let largestKnown = -Infinity;
  let whole = true;
  let finite = true;
  for (const value of data) {
    if (value < min) min = value;
    if (value > max) max = value;
    if (value !== unknownClass && value > largestKnown) largestKnown = value;
    whole &&= Number.isInteger(value);
    finite &&= Number.isFinite(value);
  }
  return { min, max, largestKnown, whole, finite };
}

function rowsSumToOne(array: NamedArray): boolean {
  const size = squeeze(sampleOf(array))[0] ?? 1;
  for (let first = 0; first < array.data.length; first += size) {
    const row = Array.from(array.data.subarray(first, first + size));
    if (row.some((value) => value < 0) || Math.abs(row.reduce((sum, value) => sum + value, 0) - 1) > 0.01)
      return false;
  }
  return true;
}
