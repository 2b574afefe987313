import type { NamedArray } from '../calibration/calibration';
import { alignElements, sameShape, squeeze, type Sample } from './alignment';
import { sampleOf } from './arrays';
import { classLayouts } from './classification/class-axis';
import type { TaskSpec } from './task';

export interface OutputShape {
  readonly name: string;
  /** Shape of one sample (batch excluded), in the source's axis order. */
  readonly sampleShape: readonly number[];
}

/**
 * A task for each output: labels are matched by name, then by shape and range, each array to one output; an output
 * that no array fits is compared with the unpruned model (`agreement`).
 *
 * @param arrays the label arrays (the input left out)
 */
export function guessTasks(outputs: readonly OutputShape[], arrays: Iterable<NamedArray>): TaskSpec[] {
  const fits = [...arrays].flatMap((array, order) =>
    outputs.flatMap((output) => {
      const guess = guessLoss(output, array);
      return guess ? [{ output, array, guess, likeness: likeness(output.name, array.name), order }] : [];
    }),
  );
  fits.sort((a, b) => b.likeness - a.likeness || a.order - b.order);
  const labels = new Map<string, (typeof fits)[number]>();
  const taken = new Set<NamedArray>();
  for (const fit of fits) {
    if (labels.has(fit.output.name) || taken.has(fit.array)) continue;
    labels.set(fit.output.name, fit);
    taken.add(fit.array);
  }
  return outputs.map(({ name }): TaskSpec => {
    const fit = labels.get(name);
    if (!fit) return { name, loss: 'agreement', output: name };
    return { name, output: name, labels: fit.array.name, ...fit.guess };
  });
}

/** 2: the same name; 1: one contains the other; 0: nothing alike. */
function likeness(output: string, array: string): number {
  const [a, b] = [output.toLowerCase(), array.toLowerCase()];
  if (a === b) return 2;
  return a.includes(b) || b.includes(a) ? 1 : 0;
}

function guessLoss(output: OutputShape, array: NamedArray): Pick<TaskSpec, 'loss' | 'reduction'> | null {
  const sample = sampleOf(array);
  const range = rangeOf(array);
  if (!range.finite) return null;
  if (range.whole && range.min >= 0 && hasClasses(output.sampleShape, sample, range.max)) {
    return { loss: 'cross-entropy' };
  }
  if (!alignElements(output.sampleShape, sample, false)) return null;
  if (/heat|^hm/i.test(output.name) && range.min >= 0 && range.max <= 1) {
    return { loss: 'centernet-focal', reduction: 'sum' };
  }
  if (squeeze(sample).length === 1 && rowsSumToOne(array)) return { loss: 'cross-entropy' };
  if (range.whole && range.min >= 0 && range.max <= 1) return { loss: 'binary-cross-entropy' };
  return { loss: 'mse' };
}

function hasClasses(output: Sample, labels: Sample, largest: number): boolean {
  return classLayouts(output).some(
    ({ shape, classes }) => sameShape(shape, squeeze(labels)) && largest < classes,
  );
}

function rangeOf({ data }: NamedArray) {
  let min = Infinity;
  let max = -Infinity;
  let whole = true;
  let finite = true;
  for (const value of data) {
    if (value < min) min = value;
    if (value > max) max = value;
    whole &&= Number.isInteger(value);
    finite &&= Number.isFinite(value);
  }
  return { min, max, whole, finite };
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
