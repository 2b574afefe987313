import type { NamedArray } from '../../calibration/calibration';
import { alignElements } from '../alignment';
import { labelArray, maskLookup, sampleOf, shapeText, soleOutput, taskError, type Binding } from '../arrays';
import { Lookup } from '../lookup';
import { classLayouts, layoutForLabels, startOf, type ClassLayout } from './class-axis';

/** The true class of every position of every sample. */
export interface ClassTargets {
  readonly layout: ClassLayout;
  /** Samples × positions; −1 where none applies. */
  readonly labels: Int32Array;
  /** Where labels are distributions: the weight of an element of the output's sample. */
  readonly soft: Lookup | null;
}

/**
 * Class numbers, one-hot or soft labels, channels first or last. Positions masked out, or whose label is `ignore`, do
 * not count.
 * @throws InputError when the labels have another shape, or name a class that the output does not have
 */
export function classTargets(binding: Binding): ClassTargets {
  const output = soleOutput(binding);
  checkSeveralClasses(binding);
  const labels = labelArray(binding);
  const layout = layoutForLabels(output.sampleShape, sampleOf(labels));
  if (layout) return { layout, labels: classNumbers(binding, labels, layout), soft: null };
  const soft = softTargets(binding, labels);
  if (soft) return soft;
  throw labelShapeError(binding, labels);
}

function classNumbers(binding: Binding, labels: NamedArray, layout: ClassLayout): Int32Array {
  const { inputs, spec } = binding;
  const { positions, classes, shape } = layout;
  const mask = maskLookup(binding, shape);
  const numbers = new Int32Array(inputs.count * positions);
  for (let sample = 0; sample < inputs.count; sample++) {
    for (let position = 0; position < positions; position++) {
      const at = sample * positions + position;
      const label = labels.data[at] ?? NaN;
      if (label === spec.ignore || (mask && mask.at(sample, position) === 0)) numbers[at] = -1;
      else if (Number.isInteger(label) && label >= 0 && label < classes) numbers[at] = label;
      else throw unknownClass(binding, labels, layout, sample, label);
    }
  }
  return numbers;
}

function softTargets(binding: Binding, labels: NamedArray): ClassTargets | null {
  const { inputs } = binding;
  const output = soleOutput(binding);
  const index = alignElements(output.sampleShape, sampleOf(labels), false);
  if (!index) return null;
  const soft = new Lookup(labels, index);
  const layout = classLayouts(output.sampleShape).find((one) => sumToOne(soft, one, inputs.count));
  if (!layout) {
    throw taskError(
      binding,
      `, labels "${labels.name}"`,
      'they have the shape of the output, but are not weights of classes (none negative, summing to 1).',
      'Give class numbers, one-hot labels or probabilities, or choose another loss such as mse.',
    );
  }
  const mask = maskLookup(binding, layout.shape);
  const numbers = Int32Array.from({ length: inputs.count * layout.positions }, (_, at) => {
    const [sample, position] = [Math.floor(at / layout.positions), at % layout.positions];
    return mask && mask.at(sample, position) === 0 ? -1 : likeliest(soft, sample, position, layout);
  });
  return { layout, labels: numbers, soft };
}

function likeliest(soft: Lookup, sample: number, position: number, layout: ClassLayout): number {
  const weight = (c: number) => soft.at(sample, startOf(layout, position) + c * layout.stride);
  let best = 0;
  for (let c = 1; c < layout.classes; c++) if (weight(c) > weight(best)) best = c;
  return best;
}

function sumToOne(soft: Lookup, layout: ClassLayout, samples: number): boolean {
  for (let sample = 0; sample < samples; sample++) {
    for (let position = 0; position < layout.positions; position++) {
      let sum = 0;
      for (let c = 0; c < layout.classes; c++) {
        const weight = soft.at(sample, startOf(layout, position) + c * layout.stride);
        if (!(weight >= 0)) return false;
        sum += weight;
      }
      if (Math.abs(sum - 1) > 0.01) return false;
    }
  }
  return true;
}

function unknownClass(
  binding: Binding,
  labels: NamedArray,
  { classes, positions }: ClassLayout,
  sample: number,
  label: number,
) {
  return taskError(
    binding,
    `, labels "${labels.name}"`,
    `sample ${sample} (counted from 0) has label ${label}, but the output "${soleOutput(binding).name}" has ${classes} classes (0 to ${classes - 1}).`,
    positions > 1
      ? `Choose other labels or another output, or say "ignore": ${label} if no class applies there.`
      : 'Choose other labels or another output.',
  );
}

function checkSeveralClasses(binding: Binding) {
  const output = soleOutput(binding);
  if (classLayouts(output.sampleShape).length > 0) return;
  throw taskError(
    binding,
    `, output "${output.name}"`,
    `a sample of it is ${shapeText(output.sampleShape)}, which is no choice between classes.`,
    'Use binary-cross-entropy, or choose another output.',
  );
}

function labelShapeError(binding: Binding, labels: NamedArray) {
  const output = soleOutput(binding);
  const wanted = classLayouts(output.sampleShape).map(({ shape }) => shape);
  return taskError(
    binding,
    `, labels "${labels.name}"`,
    `a sample of them is ${shapeText(sampleOf(labels))}, which does not fit the output "${output.name}" of ${shapeText(output.sampleShape)}.`,
    `Give class numbers (a sample is ${wanted.map(shapeText).join(' or ')}), or choose another output.`,
  );
}
