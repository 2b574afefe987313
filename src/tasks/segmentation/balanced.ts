import { alignElements, elementCount, squeeze } from '../alignment';
import { labelArray, maskLookup, sampleOf, shapeText, soleOutput, taskError, type Binding } from '../arrays';
import { mapSize } from '../classification/draw';
import type { DeviceLoss } from '../device-loss';
import {
  logitBinaryCrossEntropy,
  probabilityBinaryCrossEntropy,
  sigmoid,
  smallestProbability,
  softplus,
} from '../elementwise/losses';
import { weightedLoss } from '../elementwise/reduce-tensors';
import type { SampleLoss, TaskKind, Values } from '../kind';
import { Lookup } from '../lookup';
import { maxF } from './max-f';
import { odsF } from './ods-f';

/** A yes or no for each position of a map: 1, 0, or −1 where it does not count. */
export interface BinaryMaps {
  readonly width: number;
  readonly height: number;
  /** Samples × positions. */
  readonly labels: Int8Array;
  readonly probability: (output: number) => number;
}

/**
 * Class-balanced binary cross-entropy of a map (Xie and Tu, "Holistically-Nested Edge Detection", arXiv 1504.06375,
 * eq. 2): β·Σ⁺ −ln p + (1−β)·Σ⁻ −ln(1−p), with β the share of negatives in the sample (saliency), or fixed by
 * `positiveWeight` (edges; .95 in multi-task work), over the number of positions that count.
 */
export function balancedTask(binding: Binding): TaskKind {
  const maps = binaryMaps(binding);
  const { width, height, labels, probability } = maps;
  const positions = width * height;
  const metric = binding.spec.metric === 'odsF' ? odsF(maps) : maxF(maps);
  return {
    description: `balanced binary cross-entropy of ${positions} positions`,
    loss: balancedLoss(binding, maps),
    device: balancedDevice(binding, maps),
    metric,
    draw: (sample, [output = nothing]) => ({
      kind: 'scalar-map',
      width,
      height,
      min: 0,
      max: 1,
      predicted: Float32Array.from(output, probability),
      truth: Float32Array.from(labels.subarray(sample * positions, (sample + 1) * positions), (label) =>
        label < 0 ? NaN : label,
      ),
    }),
  };
}

function balancedDevice({ spec }: Binding, { width, height, labels, probability }: BinaryMaps): DeviceLoss {
  const { positiveWeight, reduction = 'mean' } = spec;
  const positions = width * height;
  const cost = (probability === sigmoid ? logitBinaryCrossEntropy : probabilityBinaryCrossEntropy)({});
  const layersOf = (sample: number) => {
    const own = labels.subarray(sample * positions, (sample + 1) * positions);
    const weights = balance(own, positiveWeight, reduction);
    return [
      {
        targets: Float32Array.from(own, (label) => Math.max(label, 0)),
        weights: Float32Array.from(own, (label) => weights[label] ?? 0),
      },
    ];
  };
  return weightedLoss(positions, layersOf, cost.tensors);
}

/** What a negative and a positive count for, over the positions that count. */
function balance(
  labels: Int8Array,
  positiveWeight: number | undefined,
  reduction: 'mean' | 'sum',
): readonly [negative: number, positive: number] {
  const counted = labels.reduce((count, label) => count + (label >= 0 ? 1 : 0), 0);
  if (counted === 0) return [0, 0];
  const negatives = labels.reduce((count, label) => count + (label === 0 ? 1 : 0), 0);
  const beta = positiveWeight ?? negatives / counted;
  const norm = reduction === 'sum' ? 1 : counted;
  return [(1 - beta) / norm, beta / norm];
}

function balancedLoss({ spec }: Binding, { width, height, labels, probability }: BinaryMaps): SampleLoss {
  const { positiveWeight, reduction = 'mean' } = spec;
  const positions = width * height;
  const logits = probability === sigmoid;
  return (sample, [output = nothing], slopes) => {
    const [gradient] = slopes ?? [];
    const own = labels.subarray(sample * positions, (sample + 1) * positions);
    const weights = balance(own, positiveWeight, reduction);
    let sum = 0;
    for (let at = 0; at < positions; at++) {
      const label = own[at] ?? -1;
      if (label < 0) continue;
      const value = output[at] ?? NaN;
      const weight = weights[label] ?? NaN;
      sum += weight * (logits ? softplus(label === 1 ? -value : value) : -Math.log(likelihood(value, label)));
      if (!gradient) continue;
      const slope = logits ? probability(value) - label : slopeOfProbability(value, label);
      gradient[at] = (gradient[at] ?? 0) + weight * slope;
    }
    return sum;
  };
}

const likelihood = (p: number, label: number): number =>
  Math.min(Math.max(label === 1 ? p : 1 - p, smallestProbability), 1);

function slopeOfProbability(p: number, label: number): number {
  const right = label === 1 ? p : 1 - p;
  if (right < smallestProbability || right > 1) return 0;
  return label === 1 ? -1 / p : 1 / (1 - p);
}

function binaryMaps(binding: Binding): BinaryMaps {
  const output = soleOutput(binding);
  const array = labelArray(binding);
  const index = alignElements(output.sampleShape, sampleOf(array), false);
  if (!index) {
    throw taskError(
      binding,
      `, labels "${array.name}"`,
      `a sample of them is ${shapeText(sampleOf(array))}, but one of the output "${output.name}" is ${shapeText(output.sampleShape)}.`,
      'Give a 0 or 1 for each position of the output, or choose another output or loss.',
    );
  }
  const probabilities = output.reference.every((value) => value >= 0 && value <= 1);
  return {
    ...mapSize(squeeze(output.sampleShape)),
    labels: binaryLabels(binding, new Lookup(array, index), elementCount(output.sampleShape)),
    probability: probabilities ? (value) => value : sigmoid,
  };
}

function binaryLabels(binding: Binding, targets: Lookup, positions: number): Int8Array {
  const { spec, inputs } = binding;
  const { ignore = 255 } = spec;
  const mask = maskLookup(binding, soleOutput(binding).sampleShape);
  const labels = new Int8Array(inputs.count * positions);
  for (let sample = 0; sample < inputs.count; sample++) {
    for (let at = 0; at < positions; at++) {
      const target = targets.at(sample, at);
      const counts = target !== ignore && (!mask || mask.at(sample, at) !== 0);
      if (counts && !(target >= 0 && target <= 1)) throw notBinary(binding, sample, target);
      labels[sample * positions + at] = !counts ? -1 : target >= 0.5 ? 1 : 0;
    }
  }
  return labels;
}

function notBinary(binding: Binding, sample: number, target: number) {
  return taskError(
    binding,
    `, labels "${labelArray(binding).name}"`,
    `sample ${sample} (counted from 0) holds ${target}, and the loss ${binding.spec.loss} wants 0 or 1.`,
    'Write 1 where the answer is yes, 0 where it is no, 255 where nothing is known.',
  );
}

const nothing: Values = new Float32Array();
