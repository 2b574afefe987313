import { taskError, type Binding } from '../arrays';
import { meanMetric, type SampleMetric, type Values } from '../kind';
import { argMax, rankOf } from './arg-max';
import { startOf } from './class-axis';
import { classValues, expectationError } from './expectation';
import type { ClassTargets } from './targets';

/** The metric that the task asks for; by default mIoU of maps and top-1 accuracy otherwise. */
export function classMetric(binding: Binding, targets: ClassTargets, probabilities: boolean): SampleMetric {
  const { spec } = binding;
  const many = targets.layout.positions > 1;
  switch (spec.metric ?? (many ? 'mIoU' : 'accuracy')) {
    case 'top-5':
      return accuracyWithin(targets, 5, 'top-5 accuracy');
    case 'F1':
      return overClasses(targets, 'F1', ({ both, either }) => (2 * both) / (both + either));
    case 'mIoU':
      return overClasses(targets, 'mIoU', ({ both, either }) => both / either);
    case 'MAE': {
      const values = classValues(binding, targets.layout.classes);
      const target = (sample: number) => values[targets.labels[sample] ?? -1] ?? NaN;
      if (!many) return expectationError(targets.layout, probabilities, values, target);
      throw taskError(
        binding,
        ', metric',
        'MAE is of one expectation over classes a sample, and the output has many positions.',
        'Choose another metric.',
      );
    }
    default:
      return accuracyWithin(targets, 1, many ? 'pixel accuracy' : 'accuracy');
  }
}

/** The share of positions whose class is among the likeliest few. */
function accuracyWithin({ layout, labels }: ClassTargets, within: number, name: string): SampleMetric {
  const { positions } = layout;
  return meanMetric(name, true, (sample, [output], sums) => {
    let right = 0;
    let counted = 0;
    for (let position = 0; position < positions; position++) {
      const label = labels[sample * positions + position] ?? -1;
      if (label < 0 || !output) continue;
      counted++;
      if (rankOf(output, startOf(layout, position), label, layout) < within) right++;
    }
    sums[0] = (sums[0] ?? 0) + right;
    sums[1] = (sums[1] ?? 0) + counted;
  });
}

/** Positions of a class: in the answers and in the labels, and in either. */
interface Overlap {
  readonly both: number;
  readonly either: number;
}

/**
 * The mean over classes of a figure of their overlap, counted over the whole set; classes that appear neither in
 * labels nor in answers do not count. IoU (Everingham et al., PASCAL VOC, §4.2.3): both/either. F1: 2·both/(both + either).
 */
function overClasses(
  { layout, labels }: ClassTargets,
  name: string,
  figure: (overlap: Overlap) => number,
): SampleMetric {
  const { positions, classes } = layout;
  return {
    name,
    higherIsBetter: true,
    merge: 'add',
    size: 2 * classes,
    add: (sample: number, [output]: readonly Values[], sums: Float64Array) => {
      const count = (at: number) => (sums[at] = (sums[at] ?? 0) + 1);
      for (let position = 0; position < positions; position++) {
        const label = labels[sample * positions + position] ?? -1;
        if (label < 0 || !output) continue;
        const answer = argMax(output, startOf(layout, position), layout);
        count(classes + label);
        if (answer === label) count(label);
        else count(classes + answer);
      }
    },
    value: (sums) => {
      const figures = Array.from({ length: classes }, (_, c) => ({
        both: sums[c] ?? 0,
        either: sums[classes + c] ?? 0,
      }))
        .filter(({ either }) => either > 0)
        .map(figure);
      return figures.reduce((sum, one) => sum + one, 0) / figures.length;
    },
  };
}
