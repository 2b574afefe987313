import type { SampleLoss, Values } from '../kind';
import type { Lookup } from '../lookup';
import type { ElementLoss } from './losses';

/** What the elements of a sample are compared with, and which of them count. */
export interface ElementTargets {
  readonly elements: number;
  readonly targets: Lookup;
  readonly mask: Lookup | null;
}

/** The sum or mean of a loss over a sample's elements; 0 where none counts. */
export function elementwiseLoss(
  over: ElementTargets,
  reduction: 'mean' | 'sum',
  { value, slope }: ElementLoss,
): SampleLoss {
  const { elements, targets, mask } = over;
  return (sample, outputs, slopes) => {
    const output = outputs[0] ?? nothing;
    const counted = reduction === 'sum' ? 1 : countElements(over, sample);
    let sum = 0;
    for (let element = 0; element < elements; element++) {
      if (mask && mask.at(sample, element) === 0) continue;
      sum += value(output[element] ?? NaN, targets.at(sample, element));
    }
    const [gradient] = slopes ?? [];
    if (!gradient) return counted === 0 ? 0 : sum / counted;
    for (let element = 0; element < elements; element++) {
      if (mask && mask.at(sample, element) === 0) continue;
      gradient[element] =
        (gradient[element] ?? 0) + slope(output[element] ?? NaN, targets.at(sample, element)) / counted;
    }
    return counted === 0 ? 0 : sum / counted;
  };
}

/** The number of a sample's elements that count. */
export function countElements({ elements, mask }: ElementTargets, sample: number): number {
  if (!mask) return elements;
  let count = 0;
  for (let element = 0; element < elements; element++) if (mask.at(sample, element) !== 0) count++;
  return count;
}

/** Visits a sample's elements that count. */
export function eachElement(
  { elements, targets, mask }: ElementTargets,
  sample: number,
  output: Values = nothing,
  visit: (output: number, target: number) => void,
): void {
  for (let element = 0; element < elements; element++) {
    if (mask && mask.at(sample, element) === 0) continue;
    visit(output[element] ?? NaN, targets.at(sample, element));
  }
}

/** Adds to `sums` what `of` gives over the elements that count, and their number. */
export function sumElements(
  over: ElementTargets,
  sample: number,
  output: Values | undefined,
  sums: Float64Array,
  of: (output: number, target: number) => number,
): void {
  eachElement(over, sample, output, (value, target) => {
    sums[0] = (sums[0] ?? 0) + of(value, target);
    sums[1] = (sums[1] ?? 0) + 1;
  });
}

const nothing = new Float32Array();
