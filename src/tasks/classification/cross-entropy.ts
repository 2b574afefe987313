import { soleOutput, taskError, type Binding } from '../arrays';
import type { DeviceLoss } from '../device-loss';
import type { SampleLoss, TaskKind, Values } from '../kind';
import { smallestProbability } from '../elementwise/losses';
import { areProbabilities, startOf, type ClassLayout } from './class-axis';
import { hardLogitLoss, hardProbabilityLoss, softLoss } from './cross-entropy-tensors';
import { drawClasses } from './draw';
import { classMetric } from './metrics';
import { fastExp } from '../fast-exp';
import { costOf, logSumExps } from './log-sum-exp';
import { classTargets, type ClassTargets } from './targets';

/**
 * Cross-entropy of one or many positions (pixels) as PyTorch's CrossEntropyLoss defines it, with `labelSmoothing` ε
 * (Szegedy et al., arXiv 1512.00567, §7) and `classWeights` w: with q_c = w_c·((1−ε)·t_c + ε/C) a position costs
 * −Σ q_c·ln p_c. A sample's mean is Σ over its positions / Σ w_label; where a sample has one position, its weight is
 * taken relative to the mean weight of the set, so that the mean over samples is PyTorch's.
 */
export function crossEntropyTask(binding: Binding): TaskKind {
  const targets = classTargets(binding);
  const { layout } = targets;
  const probabilities = areProbabilities(soleOutput(binding).reference, layout);
  return {
    description: describe(layout, probabilities),
    loss: crossEntropy(binding, targets, probabilities),
    device: onDevice(binding, targets, probabilities),
    metric: classMetric(binding, targets, probabilities),
    draw: drawClasses(targets, probabilities),
  };
}

/** The cross-entropy of logits or probabilities against given targets. */
function crossEntropy(binding: Binding, targets: ClassTargets, probabilities: boolean): SampleLoss {
  return probabilities ? ofProbabilities(binding, targets) : ofLogits(binding, targets);
}

function onDevice(binding: Binding, targets: ClassTargets, probabilities: boolean): DeviceLoss {
  const { layout, labels } = targets;
  const { positions, classes, stride } = layout;
  const smallest = probabilities ? smallestProbability : null;
  const counted = normalisers(binding, targets);
  const own = (sample: number) => labels.subarray(sample * positions, (sample + 1) * positions);
  const weightOf = targetWeights(binding, targets);
  if (!weightOf) {
    const byClass = classWeights(binding, classes);
    const weights = (sample: number) =>
      Float32Array.from(own(sample), (label) =>
        label < 0 ? 0 : (byClass[label] ?? NaN) / (counted[sample] ?? 1),
      );
    const hard = { layout, labels: own, weights };
    return smallest === null ? hardLogitLoss(hard) : hardProbabilityLoss(hard, smallest);
  }
  const q = new Float64Array(classes);
  const weights = (sample: number) => {
    const all = new Float32Array(positions * classes);
    for (const [position, label] of own(sample).entries()) {
      if (label < 0) continue;
      weightOf(sample, position, label, q);
      const start = startOf(layout, position);
      q.forEach((weight, c) => (all[start + c * stride] = weight / (counted[sample] ?? 1)));
    }
    return all;
  };
  return softLoss(layout, weights, smallest);
}

function ofLogits(binding: Binding, targets: ClassTargets): SampleLoss {
  const { layout, labels } = targets;
  const { positions, classes, stride } = layout;
  const weightOf = targetWeights(binding, targets);
  const ownWeights = weightOf ? null : classWeights(binding, classes);
  const counted = normalisers(binding, targets);
  const q = new Float64Array(classes);
  const logs = new Float64Array(positions);
  const totals = new Float64Array(positions);
  return (sample, [output = nothing], slopes) => {
    const [gradient] = slopes ?? [];
    const norm = counted[sample] ?? 0;
    if (norm === 0) return 0;
    logSumExps(output, layout, logs);
    let sum = 0;
    for (let position = 0; position < positions; position++) {
      const label = labels[sample * positions + position] ?? -1;
      totals[position] = 0;
      if (label < 0) continue;
      const start = startOf(layout, position);
      const all = logs[position] ?? NaN;
      weightOf?.(sample, position, label, q);
      const first = weightOf ? 0 : label;
      const end = weightOf ? classes : label + 1;
      let total = 0;
      for (let c = first; c < end; c++) {
        const at = start + c * stride;
        const weight = (ownWeights ?? q)[c] ?? NaN;
        total += weight;
        sum += weight * costOf(all, output[at] ?? NaN);
        if (gradient) gradient[at] = (gradient[at] ?? 0) - weight / norm;
      }
      totals[position] = total / norm;
    }
    if (gradient) addSoftmax(gradient, output, layout, logs, totals);
    return sum / norm;
  };
}

/** Adds each position's softmax, times its factor, in the order in which the values lie in memory. */
function addSoftmax(
  gradient: Values,
  output: Values,
  { axis, positions, classes }: ClassLayout,
  logs: Float64Array,
  factors: Float64Array,
) {
  const [outer, inner] = axis === 'first' ? [classes, positions] : [positions, classes];
  for (let i = 0; i < outer; i++) {
    for (let j = 0; j < inner; j++) {
      const position = axis === 'first' ? j : i;
      const factor = factors[position] ?? 0;
      if (factor === 0) continue;
      const at = i * inner + j;
      const p = fastExp((output[at] ?? NaN) - (logs[position] ?? NaN));
      gradient[at] = (gradient[at] ?? 0) + factor * p;
    }
  }
}

function ofProbabilities(binding: Binding, targets: ClassTargets): SampleLoss {
  const { layout, labels } = targets;
  const { positions, classes, stride } = layout;
  const weightOf = targetWeights(binding, targets);
  const ownWeights = weightOf ? null : classWeights(binding, classes);
  const counted = normalisers(binding, targets);
  const q = new Float64Array(classes);
  return (sample, [output = nothing], slopes) => {
    const [gradient] = slopes ?? [];
    const norm = counted[sample] ?? 0;
    let sum = 0;
    for (let position = 0; position < positions; position++) {
      const label = labels[sample * positions + position] ?? -1;
      if (label < 0) continue;
      weightOf?.(sample, position, label, q);
      const first = weightOf ? 0 : label;
      const end = weightOf ? classes : label + 1;
      for (let c = first; c < end; c++) {
        const at = startOf(layout, position) + c * stride;
        const weight = (ownWeights ?? q)[c] ?? NaN;
        const p = output[at] ?? NaN;
        sum -= weight * Math.log(Math.min(Math.max(p, smallestProbability), 1));
        if (gradient && p >= smallestProbability && p <= 1)
          gradient[at] = (gradient[at] ?? 0) - weight / p / norm;
      }
    }
    return norm === 0 ? 0 : sum / norm;
  };
}

/** Sets the weights q of all classes for a position. */
type WeightOf = (sample: number, position: number, label: number, q: Float64Array) => void;

/** `null` where only the label's own class weighs. */
function targetWeights(binding: Binding, { layout, soft }: ClassTargets): WeightOf | null {
  const { labelSmoothing: smoothing = 0 } = binding.spec;
  const { classes, stride } = layout;
  if (smoothing === 0 && !soft) return null;
  const weights = classWeights(binding, classes);
  return (sample, position, label, q) => {
    const start = startOf(layout, position);
    for (let c = 0; c < classes; c++) {
      const target = soft ? soft.at(sample, start + c * stride) : c === label ? 1 : 0;
      q[c] = (weights[c] ?? NaN) * ((1 - smoothing) * target + smoothing / classes);
    }
  };
}

export function classWeights(binding: Binding, classes: number): Float64Array {
  const { classWeights: given } = binding.spec;
  if (!given) return new Float64Array(classes).fill(1);
  if (given.length === classes) return Float64Array.from(given);
  throw taskError(
    binding,
    ', classWeights',
    `there are ${given.length}, but the output "${soleOutput(binding).name}" has ${classes} classes.`,
    'Give one weight a class.',
  );
}

/** What the sum over a sample's positions is divided by; 0 where none counts. */
function normalisers(binding: Binding, { layout, labels, soft }: ClassTargets): Float64Array {
  const { reduction } = binding.spec;
  const { positions, classes } = layout;
  const weights = classWeights(binding, classes);
  const sums = new Float64Array(binding.inputs.count);
  for (let sample = 0; sample < sums.length; sample++) {
    for (let position = 0; position < positions; position++) {
      const label = labels[sample * positions + position] ?? -1;
      if (label >= 0) sums[sample] = (sums[sample] ?? 0) + (soft ? 1 : (weights[label] ?? NaN));
    }
  }
  if (reduction === 'sum') return sums.map((sum) => (sum > 0 ? 1 : 0));
  if (positions > 1) return sums;
  const used = sums.filter((sum) => sum > 0);
  const mean = used.reduce((total, sum) => total + sum, 0) / used.length;
  return sums.map((sum) => (sum > 0 ? mean : 0));
}

function describe({ classes, positions }: ClassLayout, probabilities: boolean): string {
  const what = `cross-entropy of ${probabilities ? 'probabilities' : 'logits'} over ${classes} classes`;
  return positions > 1 ? `${what} at ${positions} positions` : what;
}

const nothing = new Float32Array();
