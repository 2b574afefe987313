import { elementCount, squeeze } from '../alignment';
import { maskLookup, soleOutput, type Binding } from '../arrays';
import { answers, argMax } from '../classification/arg-max';
import { areProbabilities, classLayouts, startOf, type ClassLayout } from '../classification/class-axis';
import { drawClasses } from '../classification/draw';
import { smallestProbability } from '../elementwise/losses';
import { squaredErrorOf } from '../elementwise/losses-tensors';
import { weightedLoss } from '../elementwise/reduce-tensors';
import { probabilityMap } from '../segmentation/probabilities';
import { meanMetric, type SampleMetric, type TaskKind, type Values } from '../kind';
import type { Lookup } from '../lookup';
import { divergenceDevice, oneMore } from './distribution-tensors';
import { drawValues } from './draw';
import { spread } from './spread';

/**
 * Compares with the unpruned model's own outputs, for people who have no labels. The loss is 1 + divergence, so its
 * base is 1 and a drop reads directly as the divergence:
 * - outputs that are probabilities of classes: KL(unpruned ‖ pruned) in nats;
 * - logits, where `compare` says `classes`: the same divergence between their softmaxes;
 * - any other output: squared difference over the output's variance across the samples (the part of the variance
 *   that is no longer explained; for logits too, since nothing tells them from measurements).
 *
 * The reduction is always the mean over a sample's elements, so that the base stays 1.
 */
export function agreementTask(binding: Binding): TaskKind {
  const output = soleOutput(binding);
  const { compare } = binding.spec;
  const layouts = classLayouts(output.sampleShape);
  const layout = layouts.find((one) => areProbabilities(output.reference, one));
  if (compare === 'classes' && !layout && layouts[0])
    return distributionAgreement(binding, layouts[0], false);
  return layout && compare !== 'values'
    ? distributionAgreement(binding, layout, true)
    : valueAgreement(binding);
}

function distributionAgreement(binding: Binding, layout: ClassLayout, probabilities: boolean): TaskKind {
  const { reference, sampleShape } = soleOutput(binding);
  const size = elementCount(sampleShape);
  const mask = maskLookup(binding, layout.shape);
  const { positions, classes, stride } = layout;
  const own = (sample: number) => reference.subarray(sample * size, (sample + 1) * size);
  return {
    description: `1 + divergence (nats) from the unpruned model's probabilities of ${classes} classes`,
    metric: sameAnswer('agreement', own, layout, mask),
    loss: (sample, [output = nothing], slopes) => {
      const p = probabilityMap(own(sample), layout, probabilities);
      const q = probabilityMap(output, layout, probabilities);
      const [gradient] = slopes ?? [];
      const counted = countPositions(positions, mask, sample);
      let sum = 0;
      for (let position = 0; position < positions; position++) {
        if (mask && mask.at(sample, position) === 0) continue;
        const start = startOf(layout, position);
        sum += divergence(p, q, start, layout);
        if (!gradient) continue;
        for (let at = start; at < start + classes * stride; at += stride) {
          const [wanted, given] = [p[at] ?? NaN, q[at] ?? NaN];
          const slope = probabilities ? (given >= smallestProbability ? -wanted / given : 0) : given - wanted;
          gradient[at] = (gradient[at] ?? 0) + slope / counted;
        }
      }
      return counted === 0 ? 1 : 1 + sum / counted;
    },
    device: divergenceDevice({
      layout,
      own: (sample) => probabilityMap(own(sample), layout, probabilities),
      weights: (sample) => evenWeights(positions, mask, sample, 1),
      probabilities,
      smallest: smallestProbability,
    }),
    draw: (sample, outputs) => {
      const labels = Int32Array.from(answers(own(sample), layout));
      return drawClasses({ layout, labels }, probabilities)(0, outputs);
    },
  };
}

/** KL(p ‖ q) in nats between the distributions of a position; q's zeros are clamped. */
function divergence(p: Values, q: Values, start: number, { classes, stride }: ClassLayout): number {
  let sum = 0;
  for (let at = start; at < start + classes * stride; at += stride) {
    const own = p[at] ?? NaN;
    const other = q[at] ?? NaN;
    if (Number.isNaN(other)) return NaN;
    if (own > 0) sum += own * Math.log(own / Math.max(other, smallestProbability));
  }
  return Math.max(sum, 0);
}

function valueAgreement(binding: Binding): TaskKind {
  const { reference, sampleShape } = soleOutput(binding);
  const size = elementCount(sampleShape);
  const scale = 1 / spread(reference, size, binding.inputs.count);
  const mask = maskLookup(binding, sampleShape);
  const [vector] = squeeze(sampleShape).length === 1 ? classLayouts(sampleShape) : [];
  const own = (sample: number) => reference.subarray(sample * size, (sample + 1) * size);
  const unexplained = (sample: number, output: Values, gradient?: Values): number => {
    const first = sample * size;
    const counted = countPositions(size, mask, sample);
    let sum = 0;
    for (let at = 0; at < size; at++) {
      if (mask && mask.at(sample, at) === 0) continue;
      const error = (output[at] ?? NaN) - (reference[first + at] ?? NaN);
      sum += error ** 2;
      if (gradient) gradient[at] = (gradient[at] ?? 0) + (2 * error * scale) / counted;
    }
    return counted === 0 ? 0 : (sum * scale) / counted;
  };
  return {
    description: "1 + squared difference from the unpruned model's output, over that output's variance",
    metric: vector
      ? sameAnswer('same largest value', own, vector, null)
      : meanMetric('explained variance', true, (sample, [output = nothing], sums) => {
          sums[0] = (sums[0] ?? 0) + 1 - unexplained(sample, output);
          sums[1] = (sums[1] ?? 0) + 1;
        }),
    loss: (sample, [output = nothing], slopes) => 1 + unexplained(sample, output, slopes?.[0]),
    device: oneMore(
      weightedLoss(
        size,
        (sample) => [{ targets: own(sample), weights: evenWeights(size, mask, sample, scale) }],
        squaredErrorOf,
      ),
    ),
    draw: (sample, [output = nothing]) => drawValues(squeeze(sampleShape), own(sample), output),
  };
}

/** The share of positions at which both have the same largest value. */
function sameAnswer(
  name: string,
  own: (sample: number) => Float32Array,
  layout: ClassLayout,
  mask: Lookup | null,
): SampleMetric {
  return meanMetric(name, true, (sample, [output = nothing], sums) => {
    const reference = own(sample);
    for (let position = 0; position < layout.positions; position++) {
      if (mask && mask.at(sample, position) === 0) continue;
      const start = startOf(layout, position);
      const same = argMax(reference, start, layout) === argMax(output, start, layout);
      sums[0] = (sums[0] ?? 0) + (same ? 1 : 0);
      sums[1] = (sums[1] ?? 0) + 1;
    }
  });
}

/** What each position counts for, when all that count have an equal share of `total`. */
function evenWeights(positions: number, mask: Lookup | null, sample: number, total: number): Float32Array {
  const share = total / Math.max(countPositions(positions, mask, sample), 1);
  return Float32Array.from({ length: positions }, (_, position) =>
    mask && mask.at(sample, position) === 0 ? 0 : share,
  );
}

function countPositions(positions: number, mask: Lookup | null, sample: number): number {
  if (!mask) return positions;
  let count = 0;
  for (let position = 0; position < positions; position++) if (mask.at(sample, position) !== 0) count++;
  return count;
}

const nothing = new Float32Array();
