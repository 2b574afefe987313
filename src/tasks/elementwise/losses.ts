import type { TaskOptions } from '../options';
import {
  absoluteErrorOf,
  centernetFocalOf,
  huberErrorOf,
  logitCrossEntropyOf,
  probabilityCrossEntropyOf,
  smoothAbsoluteErrorOf,
  squaredErrorOf,
  type ElementTensors,
} from './losses-tensors';

/** A loss of one number against its target, with the derivative by the number; and the same in tensors. */
export interface ElementLoss {
  readonly value: (output: number, target: number) => number;
  readonly slope: (output: number, target: number) => number;
  readonly tensors: ElementTensors;
}

export const squaredError: ElementLoss = {
  value: (output, target) => (output - target) ** 2,
  slope: (output, target) => 2 * (output - target),
  tensors: squaredErrorOf,
};

export const absoluteError: ElementLoss = {
  value: (output, target) => Math.abs(output - target),
  slope: (output, target) => Math.sign(output - target),
  tensors: absoluteErrorOf,
};

/** PyTorch's SmoothL1Loss: error²/(2β) below β, |error| − β/2 beyond (Girshick, "Fast R-CNN", eq. 3, has β = 1). */
export function smoothAbsoluteError({ beta = 1 }: TaskOptions): ElementLoss {
  return {
    value: (output, target) => {
      const error = Math.abs(output - target);
      return error < beta ? error ** 2 / (2 * beta) : error - beta / 2;
    },
    slope: (output, target) => {
      const error = output - target;
      return Math.abs(error) < beta ? error / beta : Math.sign(error);
    },
    tensors: smoothAbsoluteErrorOf(beta),
  };
}

/** PyTorch's HuberLoss: error²/2 below δ, δ·(|error| − δ/2) beyond. */
export function huberError({ delta = 1 }: TaskOptions): ElementLoss {
  return {
    value: (output, target) => {
      const error = Math.abs(output - target);
      return error < delta ? error ** 2 / 2 : delta * (error - delta / 2);
    },
    slope: (output, target) => Math.min(Math.max(output - target, -delta), delta),
    tensors: huberErrorOf(delta),
  };
}

export const sigmoid = (logit: number): number => 1 / (1 + Math.exp(-logit));

/** ln(1 + eᶻ), free of overflow. */
export const softplus = (z: number): number => Math.max(z, 0) + Math.log1p(Math.exp(-Math.abs(z)));

/** Probabilities are held this far from 0 and 1, so that a wrong certainty costs about 16 rather than infinity. */
export const smallestProbability = 1e-7;

/** −w·t·ln σ(z) − (1−t)·ln(1−σ(z)) of the logit z (PyTorch's BCEWithLogitsLoss; w is its pos_weight). */
export function logitBinaryCrossEntropy({ positiveWeight = 1 }: TaskOptions): ElementLoss {
  return {
    value: (logit, target) =>
      target === 0
        ? softplus(logit)
        : positiveWeight * target * softplus(-logit) + (1 - target) * softplus(logit),
    slope: (logit, target) => {
      const p = sigmoid(logit);
      return (1 - target) * p - positiveWeight * target * (1 - p);
    },
    tensors: logitCrossEntropyOf(positiveWeight),
  };
}

/** −w·t·ln p − (1−t)·ln(1−p) of the probability p. */
export function probabilityBinaryCrossEntropy({ positiveWeight = 1 }: TaskOptions): ElementLoss {
  return {
    value: (probability, target) => {
      const p = Math.min(Math.max(probability, smallestProbability), 1 - smallestProbability);
      return -positiveWeight * target * Math.log(p) - (1 - target) * Math.log(1 - p);
    },
    slope: (p, target) =>
      p < smallestProbability || p > 1 - smallestProbability
        ? 0
        : (1 - target) / (1 - p) - (positiveWeight * target) / p,
    tensors: probabilityCrossEntropyOf(positiveWeight, smallestProbability),
  };
}

const smallestHeat = 1e-6;

/** (1−t)⁴ as a square's square, which is faster than the power. */
const nearness = (target: number): number => ((1 - target) ** 2) ** 2;

/**
 * CenterNet's penalty-reduced focal loss of one heat-map cell's logit (Zhou et al., "Objects as Points", arXiv
 * 1904.07850, eq. 1, with exponents 2 and 4, not divided by the number of objects).
 */
export const centernetFocal: ElementLoss = {
  value: (logit, target) => {
    const p = Math.min(Math.max(sigmoid(logit), smallestHeat), 1 - smallestHeat);
    return target >= 1 ? -((1 - p) ** 2) * Math.log(p) : -nearness(target) * p ** 2 * Math.log(1 - p);
  },
  slope: (logit, target) => {
    const p = sigmoid(logit);
    if (p < smallestHeat || p > 1 - smallestHeat) return 0;
    return target >= 1
      ? (1 - p) ** 2 * (2 * p * Math.log(p) - (1 - p))
      : nearness(target) * p ** 2 * (p - 2 * (1 - p) * Math.log(1 - p));
  },
  tensors: centernetFocalOf(smallestHeat),
};
