import { elementCount } from './alignment';
import { maskLookup, type Binding } from './arrays';
import { areProbabilities, classLayouts, startOf, type ClassLayout } from './class-axis';
import { argMax } from './losses/cross-entropy';
import { divergence } from './losses/agreement';
import { reduceSamples, total } from './sample-reduction';
import type { DescribedTask, OutputBatch } from './task';

/**
 * Compares with the unpruned model's own outputs, for people who have no labels. The loss is 1 + divergence, so its
 * base is 1 and a drop reads directly as the divergence:
 * - outputs that are probabilities of classes: KL(unpruned ‖ pruned) in nats;
 * - any other output: squared difference over the output's variance across the samples (the part of the variance
 *   that is no longer explained; for logits too, since nothing tells them from measurements).
 *
 * The reduction is always the mean over a sample's elements, so that the base stays 1.
 */
export function agreementTask(binding: Binding): DescribedTask {
  const { output } = binding;
  const layout = classLayouts(output.sampleShape).find((one) => areProbabilities(output.reference, one));
  return layout ? distributionAgreement(binding, layout) : valueAgreement(binding);
}

function distributionAgreement(binding: Binding, layout: ClassLayout): DescribedTask {
  const { spec, output } = binding;
  const size = elementCount(output.sampleShape);
  const mask = maskLookup(binding, layout.shape);
  const same = sameAnswer(output.reference, layout, size);
  return {
    spec,
    description: `1 + divergence (nats) from the unpruned model's probabilities of ${layout.classes} classes`,
    metricName: 'agreement',
    metricHigherIsBetter: true,
    losses: (batch) => {
      const { data, first } = batch;
      const diverged = reduceSamples(batch, layout.positions, mask, 'mean', 0, (sample, position) => {
        const start = startOf(layout, position);
        return divergence(
          output.reference,
          (first + sample) * size + start,
          data,
          sample * size + start,
          layout,
        );
      });
      return diverged.map((value) => 1 + value);
    },
    metric: (batch) => total(reduceSamples(batch, layout.positions, mask, 'mean', 1, same(batch))),
  };
}

function valueAgreement(binding: Binding): DescribedTask {
  const { spec, output, inputs } = binding;
  const size = elementCount(output.sampleShape);
  const scale = 1 / spread(output.reference, size, inputs.count);
  const mask = maskLookup(binding, output.sampleShape);
  const [vector] = output.sampleShape.length === 1 ? classLayouts(output.sampleShape) : [];
  const same = vector && sameAnswer(output.reference, vector, size);
  const unexplained = (batch: OutputBatch) =>
    reduceSamples(batch, size, mask, 'mean', 0, (sample, index) => {
      const own = output.reference[(batch.first + sample) * size + index] ?? NaN;
      return ((batch.data[sample * size + index] ?? NaN) - own) ** 2 * scale;
    });
  return {
    spec,
    description: "1 + squared difference from the unpruned model's output, over that output's variance",
    metricName: same ? 'same largest value' : 'explained variance',
    metricHigherIsBetter: true,
    losses: (batch) => unexplained(batch).map((value) => 1 + value),
    metric: (batch) =>
      same
        ? total(reduceSamples(batch, 1, null, 'mean', 1, same(batch)))
        : batch.count - total(unexplained(batch)),
  };
}

function sameAnswer(reference: Float32Array, layout: ClassLayout, size: number) {
  return ({ data, first }: OutputBatch) =>
    (sample: number, position: number): number => {
      const start = startOf(layout, position);
      const own = argMax(reference, (first + sample) * size + start, layout);
      return own === argMax(data, sample * size + start, layout) ? 1 : 0;
    };
}

/**
 * Variance of the output's elements across samples, averaged over elements; the mean square where the output does
 * not vary, and 1 where it is zero throughout.
 */
function spread(values: Float32Array, size: number, samples: number): number {
  let variance = 0;
  let meanSquare = 0;
  for (let element = 0; element < size; element++) {
    let sum = 0;
    let squares = 0;
    for (let at = element; at < samples * size; at += size) sum += values[at] ?? NaN;
    const mean = sum / samples;
    for (let at = element; at < samples * size; at += size) {
      const value = values[at] ?? NaN;
      variance += (value - mean) ** 2;
      squares += value ** 2;
    }
    meanSquare += squares;
  }
  return variance > meanSquare * 1e-9 ? variance / (samples * size) : meanSquare / (samples * size) || 1;
}
