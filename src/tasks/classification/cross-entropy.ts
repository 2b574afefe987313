import { soleOutput, taskError, type Binding } from '../arrays';
import type { SampleLoss, TaskKind, Values } from '../kind';
import { smallestProbability } from '../elementwise/losses';
import { areProbabilities, startOf, type ClassLayout } from './class-axis';
import { drawClasses } from './draw';
import { classMetric } from './metrics';
import { logSumExp } from './log-sum-exp';
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
    metric: classMetric(binding, targets, probabilities),
    draw: drawClasses(targets, probabilities),
  };
}

/** The cross-entropy of logits or probabilities against given targets. */
export function crossEntropy(binding: Binding, targets: ClassTargets, probabilities: boolean): SampleLoss {
  const { layout, labels } = targets;
  const { positions, classes, stride } = layout;
  const weightOf = targetWeights(binding, targets);
  const counted = normalisers(binding, targets);
  const q = new Float64Array(classes);
  return (sample, [output = nothing], slopes) => {
    const [gradient] = slopes ?? [];
    const norm = counted[sample] ?? 0;
    let sum = 0;
    for (let position = 0; position < positions; position++) {
      const label = labels[sample * positions + position] ?? -1;
      if (label < 0) continue;
      const start = startOf(layout, position);
      const plain = weightOf(sample, position, label, q);
      sum += probabilities
        ? probabilityLoss(output, start, layout, q)
        : plain
          ? (q[label] ?? NaN) * (logSumExp(output, start, layout) - (output[start + label * stride] ?? NaN))
          : logitLoss(output, start, layout, q);
      if (gradient) addSlopes(gradient, output, start, layout, q, norm, probabilities);
    }
    return norm === 0 ? 0 : sum / norm;
  };
}

/** Sets q for a position; true when only the label's own is above zero. */
type WeightOf = (sample: number, position: number, label: number, q: Float64Array) => boolean;

function targetWeights(binding: Binding, { layout, soft }: ClassTargets): WeightOf {
  const { labelSmoothing: smoothing = 0 } = binding.spec;
  const { classes, stride } = layout;
  const weights = classWeights(binding, classes);
  if (smoothing === 0 && !soft) {
    return (_, __, label, q) => {
      q.fill(0);
      q[label] = weights[label] ?? NaN;
      return true;
    };
  }
  return (sample, position, label, q) => {
    const start = startOf(layout, position);
    for (let c = 0; c < classes; c++) {
      const target = soft ? soft.at(sample, start + c * stride) : c === label ? 1 : 0;
      q[c] = (weights[c] ?? NaN) * ((1 - smoothing) * target + smoothing / classes);
    }
    return false;
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

function logitLoss(output: Values, start: number, layout: ClassLayout, q: Float64Array): number {
  const all = logSumExp(output, start, layout);
  let loss = 0;
  for (let c = 0; c < layout.classes; c++)
    loss += (q[c] ?? NaN) * (all - (output[start + c * layout.stride] ?? NaN));
  return loss;
}

function probabilityLoss(output: Values, start: number, layout: ClassLayout, q: Float64Array): number {
  let loss = 0;
  for (let c = 0; c < layout.classes; c++) {
    const weight = q[c] ?? NaN;
    const p = output[start + c * layout.stride] ?? NaN;
    if (weight !== 0) loss -= weight * Math.log(Math.min(Math.max(p, smallestProbability), 1));
  }
  return loss;
}

/** Of logits: (Σq)·p − q; of probabilities: −q/p; over the normaliser. */
function addSlopes(
  gradient: Values,
  output: Values,
  start: number,
  layout: ClassLayout,
  q: Float64Array,
  norm: number,
  probabilities: boolean,
) {
  const { classes, stride } = layout;
  const all = probabilities ? 0 : logSumExp(output, start, layout);
  let total = 0;
  for (let c = 0; c < classes; c++) total += q[c] ?? NaN;
  for (let c = 0; c < classes; c++) {
    const at = start + c * stride;
    const value = output[at] ?? NaN;
    const weight = q[c] ?? NaN;
    const slope = probabilities
      ? value < smallestProbability || value > 1
        ? 0
        : -weight / value
      : total * Math.exp(value - all) - weight;
    gradient[at] = (gradient[at] ?? 0) + slope / norm;
  }
}

function describe({ classes, positions }: ClassLayout, probabilities: boolean): string {
  const what = `cross-entropy of ${probabilities ? 'probabilities' : 'logits'} over ${classes} classes`;
  return positions > 1 ? `${what} at ${positions} positions` : what;
}

const nothing = new Float32Array();
