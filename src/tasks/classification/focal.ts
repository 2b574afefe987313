import { labelArray, sampleOf, soleOutput, taskError, type Binding } from '../arrays';
import { elementTask, targetsOf, unitTargets, binaryAccuracy } from '../elementwise';
import { sigmoid, softplus, type ElementLoss } from '../elementwise/losses';
import { focalLossOf } from '../elementwise/losses-tensors';
import type { SampleLoss, TaskKind } from '../kind';
import type { TaskOptions } from '../options';
import { power } from '../power';
import { areProbabilities, layoutForLabels, startOf } from './class-axis';
import { classWeights } from './cross-entropy';
import { softmaxFocalLoss, type OwnWeights } from './cross-entropy-tensors';
import { drawClasses } from './draw';
import { costOf, logSumExp } from './log-sum-exp';
import { classMetric } from './metrics';
import { classTargets, type ClassTargets } from './targets';

/**
 * Focal loss of logits (Lin et al., "Focal Loss for Dense Object Detection", arXiv 1708.02002, eqs. 4 and 5):
 * −α_t·(1 − p_t)^γ·ln p_t. With yes-or-no labels p is a sigmoid of each output (γ 2 and α .25 by default, as torchvision's
 * sigmoid_focal_loss); with class numbers p is a softmax and α_t the label's class weight (1 by default).
 */
export function focalTask(binding: Binding): TaskKind {
  const output = soleOutput(binding);
  return layoutForLabels(output.sampleShape, sampleOf(labelArray(binding)))
    ? classFocal(binding)
    : sigmoidFocal(binding);
}

function sigmoidFocal(binding: Binding): TaskKind {
  const over = targetsOf(binding);
  unitTargets(binding, over);
  return elementTask(binding, over, focalLoss(binding.spec), 'focal loss of logits', binaryAccuracy(over, 0));
}

/** A blend of the two sides for targets between 0 and 1. */
function focalLoss({ gamma = 2, alpha = 0.25 }: TaskOptions): ElementLoss {
  const side = (z: number) => power(1 - sigmoid(z), gamma) * softplus(-z);
  const sideSlope = (z: number) => {
    const p = sigmoid(z);
    return -power(1 - p, gamma) * (gamma * p * softplus(-z) + (1 - p));
  };
  return {
    value: (z, target) =>
      (target === 0 ? 0 : alpha * target * side(z)) +
      (target === 1 ? 0 : (1 - alpha) * (1 - target) * side(-z)),
    slope: (z, target) => alpha * target * sideSlope(z) - (1 - alpha) * (1 - target) * sideSlope(-z),
    tensors: focalLossOf(gamma, alpha),
  };
}

function classFocal(binding: Binding): TaskKind {
  const targets = classTargets(binding);
  const { layout } = targets;
  if (areProbabilities(soleOutput(binding).reference, layout)) {
    throw taskError(
      binding,
      `, output "${soleOutput(binding).name}"`,
      'it holds probabilities, and the focal loss reads logits.',
      'Name the value before the softmax, or use cross-entropy.',
    );
  }
  return {
    description: `focal loss of logits over ${layout.classes} classes`,
    loss: softmaxFocal(binding, targets),
    device: softmaxFocalLoss(focalWeights(binding, targets), binding.spec.gamma ?? 2),
    metric: classMetric(binding, targets, false),
    draw: drawClasses(targets, false),
  };
}

function softmaxFocal(binding: Binding, { layout, labels }: ClassTargets): SampleLoss {
  const { gamma = 2, reduction = 'mean' } = binding.spec;
  const { positions, classes, stride } = layout;
  const weights = classWeights(binding, classes);
  return (sample, [output = new Float32Array()], slopes) => {
    const [gradient] = slopes ?? [];
    const own = labels.subarray(sample * positions, (sample + 1) * positions);
    const counted = own.reduce((count, label) => count + (label >= 0 ? 1 : 0), 0);
    const norm = reduction === 'sum' ? 1 : counted;
    let sum = 0;
    for (const [position, label] of own.entries()) {
      if (label < 0) continue;
      const start = startOf(layout, position);
      const all = logSumExp(output, start, layout);
      const cost = costOf(all, output[start + label * stride] ?? NaN);
      const p = Math.exp(-cost);
      const weight = (weights[label] ?? NaN) / norm;
      sum += weight * power(1 - p, gamma) * cost;
      if (!gradient) continue;
      const byLogit = power(1 - p, gamma) * (p === 1 ? 1 : 1 + (gamma * p * cost) / (1 - p));
      for (let c = 0; c < classes; c++) {
        const at = start + c * stride;
        const share = Math.exp((output[at] ?? NaN) - all);
        gradient[at] = (gradient[at] ?? 0) + weight * byLogit * (share - (c === label ? 1 : 0));
      }
    }
    return counted === 0 ? 0 : sum;
  };
}

function focalWeights(binding: Binding, { layout, labels }: ClassTargets): OwnWeights {
  const { positions, classes } = layout;
  const byClass = classWeights(binding, classes);
  const own = (sample: number) => labels.subarray(sample * positions, (sample + 1) * positions);
  const weights = (sample: number) => {
    const counted = own(sample).reduce((count, label) => count + (label >= 0 ? 1 : 0), 0);
    const norm = binding.spec.reduction === 'sum' ? 1 : counted;
    return Float32Array.from(own(sample), (label) => (label < 0 ? 0 : (byClass[label] ?? NaN) / norm));
  };
  return { layout, labels: own, weights };
}
