import { alignElements, elementCount, type Sample } from './alignment';
import { labelArray, maskLookup, sampleOf, shapeText, taskError, type Binding } from './arrays';
import { areProbabilities, classLayouts, layoutForLabels, startOf, type ClassLayout } from './class-axis';
import { Lookup } from './lookup';
import { argMax, logProbability } from './losses/cross-entropy';
import { reduceSamples, total } from './sample-reduction';
import type { NamedArray } from '../calibration/calibration';
import type { DescribedTask, OutputBatch } from './task';

/** Cross-entropy of one or many positions (pixels) against class numbers, or against one-hot or soft labels. */
export function classificationTask(binding: Binding): DescribedTask {
  const { spec, output } = binding;
  const labels = labelArray(binding);
  checkSeveralClasses(binding);
  const { layout, targets } = classTargets(binding, labels);
  const probabilities = areProbabilities(output.reference, layout);
  const logOf = logProbability(layout, probabilities);
  const mask = maskLookup(binding, layout.shape);
  const size = elementCount(output.sampleShape);

  const loss =
    ({ data, first }: OutputBatch) =>
    (sample: number, position: number) => {
      const { index, weights } = targets(first + sample, position);
      if (weights === null) return -logOf(data, sample * size, position, index);
      return weights.reduce(
        (sum, w, c) => (w === 0 ? sum : sum - w * logOf(data, sample * size, position, c)),
        0,
      );
    };
  const right =
    ({ data, first }: OutputBatch) =>
    (sample: number, position: number) => {
      const answer = argMax(data, sample * size + startOf(layout, position), layout);
      return answer === targets(first + sample, position).index ? 1 : 0;
    };
  const over = (batch: OutputBatch, reduction: 'mean' | 'sum', empty: number, of: typeof loss) =>
    reduceSamples(batch, layout.positions, mask, reduction, empty, of(batch));
  return {
    spec,
    description: describe(layout, probabilities),
    metricName: layout.positions > 1 ? 'pixel accuracy' : 'accuracy',
    metricHigherIsBetter: true,
    losses: (batch) => over(batch, spec.reduction ?? 'mean', 0, loss),
    metric: (batch) => total(over(batch, 'mean', 1, right)),
  };
}

/** The class of a position, or the weights of all classes with the likeliest as `index`. */
type Targets = (
  sample: number,
  position: number,
) => { readonly index: number; readonly weights: Float64Array | null };

function classTargets(binding: Binding, labels: NamedArray): { layout: ClassLayout; targets: Targets } {
  const { output } = binding;
  const layout = layoutForLabels(output.sampleShape, sampleOf(labels));
  if (layout) {
    checkClasses(binding, labels, layout);
    return { layout, targets: classNumbers(labels, layout) };
  }
  const soft = softTargets(binding, labels);
  if (soft) return soft;
  throw labelShapeError(binding, labels);
}

function classNumbers({ data }: NamedArray, { positions }: ClassLayout): Targets {
  const target = { index: 0, weights: null };
  return (sample, position) => {
    target.index = data[sample * positions + position] ?? NaN;
    return target;
  };
}

function softTargets(binding: Binding, labels: NamedArray): { layout: ClassLayout; targets: Targets } | null {
  const { output } = binding;
  const index = alignElements(output.sampleShape, sampleOf(labels), false);
  if (!index) return null;
  const lookup = new Lookup(labels, index);
  const layout = classLayouts(output.sampleShape).find((one) => sumToOne(lookup, one, binding.inputs.count));
  if (!layout) {
    throw taskError(
      binding,
      `, labels "${labels.name}"`,
      'they have the shape of the output, but are not weights of classes (none negative, summing to 1).',
      'Give class numbers, one-hot labels or probabilities, or choose another loss such as mse.',
    );
  }
  return { layout, targets: classWeights(lookup, layout) };
}

function classWeights(lookup: Lookup, layout: ClassLayout): Targets {
  const weights = new Float64Array(layout.classes);
  return (sample, position) => {
    const start = startOf(layout, position);
    let index = 0;
    for (let c = 0; c < layout.classes; c++) {
      weights[c] = lookup.at(sample, start + c * layout.stride);
      if ((weights[c] ?? 0) > (weights[index] ?? 0)) index = c;
    }
    return { index, weights };
  };
}

function sumToOne(lookup: Lookup, layout: ClassLayout, samples: number): boolean {
  for (let sample = 0; sample < samples; sample++) {
    for (let position = 0; position < layout.positions; position++) {
      let sum = 0;
      for (let c = 0; c < layout.classes; c++) {
        const weight = lookup.at(sample, startOf(layout, position) + c * layout.stride);
        if (!(weight >= 0)) return false;
        sum += weight;
      }
      if (Math.abs(sum - 1) > 0.01) return false;
    }
  }
  return true;
}

function checkClasses(binding: Binding, labels: NamedArray, { classes, positions, shape }: ClassLayout) {
  const mask = maskLookup(binding, shape);
  for (let sample = 0; sample < binding.inputs.count; sample++) {
    for (let position = 0; position < positions; position++) {
      const label = labels.data[sample * positions + position] ?? NaN;
      if (Number.isInteger(label) && label >= 0 && label < classes) continue;
      if (mask && mask.at(sample, position) === 0) continue;
      throw taskError(
        binding,
        `, labels "${labels.name}"`,
        `sample ${sample} (counted from 0) has label ${label}, but the output "${binding.output.name}" has ${classes} classes (0 to ${classes - 1}).`,
        positions > 1
          ? 'Choose other labels or another output, or give a mask that is 0 where no class applies.'
          : 'Choose other labels or another output.',
      );
    }
  }
}

function checkSeveralClasses(binding: Binding) {
  const { output } = binding;
  if (classLayouts(output.sampleShape).length > 0) return;
  throw taskError(
    binding,
    `, output "${output.name}"`,
    `a sample of it is ${shapeText(output.sampleShape)}, which is no choice between classes.`,
    'Use binary-cross-entropy, or choose another output.',
  );
}

function labelShapeError(binding: Binding, labels: NamedArray) {
  const { output } = binding;
  const wanted: Sample[] = classLayouts(output.sampleShape).map(({ shape }) => shape);
  return taskError(
    binding,
    `, labels "${labels.name}"`,
    `a sample of them is ${shapeText(sampleOf(labels))}, which does not fit the output "${output.name}" of ${shapeText(output.sampleShape)}.`,
    `Give class numbers (a sample is ${wanted.map(shapeText).join(' or ')}), or choose another output.`,
  );
}

function describe({ classes, positions }: ClassLayout, probabilities: boolean): string {
  const what = `cross-entropy of ${probabilities ? 'probabilities' : 'logits'} over ${classes} classes`;
  return positions > 1 ? `${what} at ${positions} positions` : what;
}
