import { elementCount } from '../alignment';
import { labelArray, sampleOf, shapeText, soleOutput, taskError, type Binding } from '../arrays';
import { meanMetric, type SampleMetric, type TaskKind, type Values } from '../kind';
import { areProbabilities, classLayouts, type ClassLayout } from './class-axis';
import { shares } from './draw';
import { expectationLoss } from './expectation-tensors';

/**
 * The absolute error of an expectation over classes (Rothe et al., "DEX: Deep EXpectation of apparent age", §2.2):
 * |Σ p_c·v_c − y|, in the labels' unit; v_c is class c's value, its number unless `values` says otherwise.
 */
export function expectationTask(binding: Binding): TaskKind {
  const output = soleOutput(binding);
  const labels = labelArray(binding);
  const [layout] = classLayouts(output.sampleShape);
  if (layout?.positions !== 1 || elementCount(sampleOf(labels)) !== 1) {
    throw taskError(
      binding,
      '',
      `it takes one vector of classes and one number a sample; the output "${output.name}" is ${shapeText(output.sampleShape)}, the labels "${labels.name}" are ${shapeText(sampleOf(labels))}.`,
      'Choose another output, other labels or another loss.',
    );
  }
  const values = classValues(binding, layout.classes);
  const probabilities = areProbabilities(output.reference, layout);
  const target = (sample: number) => labels.data[sample] ?? NaN;
  return {
    description: `error of the expectation over ${layout.classes} classes`,
    loss: (sample, [logits = nothing], slopes) => {
      const p = shares(logits, layout, probabilities);
      const expected = expectation(p, values);
      const [gradient] = slopes ?? [];
      if (gradient) {
        const sign = Math.sign(expected - target(sample));
        p.forEach((share, c) => {
          const value = values[c] ?? NaN;
          gradient[c] = (gradient[c] ?? 0) + sign * (probabilities ? value : share * (value - expected));
        });
      }
      return Math.abs(expected - target(sample));
    },
    device: expectationLoss(layout, probabilities, values, target),
    metric: expectationError(layout, probabilities, values, target),
    draw: (sample, [logits = nothing]) => ({
      kind: 'numbers',
      predicted: [expectation(shares(logits, layout, probabilities), values)],
      truth: [target(sample)],
    }),
  };
}

export function expectationError(
  layout: ClassLayout,
  probabilities: boolean,
  values: readonly number[],
  target: (sample: number) => number,
): SampleMetric {
  return meanMetric('MAE', false, (sample, [logits = nothing], sums) => {
    const expected = expectation(shares(logits, layout, probabilities), values);
    sums[0] = (sums[0] ?? 0) + Math.abs(expected - target(sample));
    sums[1] = (sums[1] ?? 0) + 1;
  });
}

/** What each class stands for: its number unless the task says otherwise. */
export function classValues(binding: Binding, classes: number): readonly number[] {
  const { values } = binding.spec;
  if (!values) return Array.from({ length: classes }, (_, c) => c);
  if (values.length === classes) return values;
  throw taskError(
    binding,
    ', values',
    `there are ${values.length}, but the output "${soleOutput(binding).name}" has ${classes} classes.`,
    'Give one value a class.',
  );
}

const expectation = (p: readonly number[], values: readonly number[]): number =>
  p.reduce((sum, share, c) => sum + share * (values[c] ?? NaN), 0);

const nothing: Values = new Float32Array();
