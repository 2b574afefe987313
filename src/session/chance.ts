import { Random } from '../util/random';
import { labelNames, type OutputValues } from '../tasks/task';
import { comparesWithUnpruned } from '../tasks/catalogue';
import type { BoundOutput } from './setup';

/** Fewer samples say nothing. */
const fewest = 16;
const deals = 3;
/** Share of the way from chance to the best that a network must at least have gone. */
const least = 0.1;

/**
 * A warning where the unpruned network does hardly better than chance, which it seldom does when it is fed as it was
 * trained. Chance is what its own answers reach when they are dealt to other samples.
 *
 * @returns null when there is nothing to warn of, or no telling
 */
export function chanceWarning({ task, binding }: BoundOutput): string | null {
  const { metric, spec } = task;
  const outputs = binding.outputs.map(({ sampleShape, reference }) => ({ sampleShape, data: reference }));
  const count = Math.min(binding.inputs.count, ...outputs.map(samplesIn));
  if (!metric || comparesWithUnpruned(spec.loss) || count < fewest || alike(binding, count)) return null;
  const measure = (order: Int32Array) =>
    metric.value(metric.tally({ first: 0, count, outputs: outputs.map((output) => deal(output, order)) }));
  const value = measure(Int32Array.from({ length: count }, (_, i) => i));
  const dealt = Array.from({ length: deals }, (_, seed) => measure(Random.of(seed).permutation(count)));
  const chance = dealt.reduce((sum, one) => sum + one, 0) / deals;
  if (!isNear(value, chance, metric.higherIsBetter)) return null;
  return (
    `Task "${spec.name}": the unpruned network’s ${metric.name} is ${short(value)} on ${count} samples, hardly better than ` +
    `when its answers are dealt to other samples (${short(chance)}). Compare the preprocessing, and the order and ` +
    'numbers of the labels, with its training.'
  );
}

function isNear(value: number, chance: number, higherIsBetter: boolean): boolean {
  if (!higherIsBetter) return value > chance * (1 - least);
  return value <= 1 && chance <= 1 && value < chance + least * (1 - chance);
}

function samplesIn({ sampleShape, data }: OutputValues): number {
  return data.length / Math.max(1, size(sampleShape));
}

/** The output with each sample's values at the place of another. */
function deal({ sampleShape, data }: OutputValues, order: Int32Array): OutputValues {
  const length = size(sampleShape);
  const dealt = new Float32Array(order.length * length);
  order.forEach((from, to) => dealt.set(data.subarray(from * length, (from + 1) * length), to * length));
  return { sampleShape, data: dealt };
}

/** Whether all samples have the same labels, so that dealing changes nothing. */
function alike({ spec, inputs }: BoundOutput['binding'], count: number): boolean {
  return labelNames(spec).every((name) => {
    const array = inputs.arrays.get(name);
    if (!array) return true;
    const length = size(array.shape.slice(1));
    return array.data.subarray(0, count * length).every((value, i) => value === array.data[i % length]);
  });
}

const size = (shape: readonly number[]) => shape.reduce((product, length) => product * length, 1);
const short = (value: number) => String(Number(value.toPrecision(3)));
