import { soleOutput, type Binding } from '../arrays';
import { areProbabilities } from '../classification/class-axis';
import { drawClasses } from '../classification/draw';
import { classMetric } from '../classification/metrics';
import { classTargets, type ClassTargets } from '../classification/targets';
import type { SampleLoss, TaskKind } from '../kind';
import { addThroughSoftmax, probabilityMap } from './probabilities';

/**
 * A loss of the overlap of each class's probabilities with its labels, averaged over the classes that a sample's
 * labels have. Adds its slopes by the probabilities to `slopes`, scaled by `share`; p is laid out as the output.
 */
export type ClassOverlap = (one: OneClass, share: number, slopes: Float64Array | null) => number;

/** One class in one sample. */
export interface OneClass {
  readonly p: Float64Array;
  /** The places in `p` of the positions that count. */
  readonly places: Int32Array;
  /** Whether each of these positions belongs to the class. */
  readonly truth: Uint8Array;
}

/** A segmentation task with a loss of overlaps. */
export function overlapTask(name: string, overlap: ClassOverlap) {
  return (binding: Binding): TaskKind => {
    const targets = classTargets(binding);
    const probabilities = areProbabilities(soleOutput(binding).reference, targets.layout);
    const { classes } = targets.layout;
    return {
      description: `${name} of ${probabilities ? 'probabilities' : 'logits'} over ${classes} classes`,
      loss: overlapLoss(targets, probabilities, overlap),
      metric: classMetric(binding, targets, probabilities),
      draw: drawClasses(targets, probabilities),
    };
  };
}

function overlapLoss(
  { layout, labels }: ClassTargets,
  probabilities: boolean,
  overlap: ClassOverlap,
): SampleLoss {
  const { positions, stride, axis, classes } = layout;
  return (sample, [output = new Float32Array()], gradients) => {
    const own = labels.subarray(sample * positions, (sample + 1) * positions);
    const counted = Int32Array.from(own.keys()).filter((position) => (own[position] ?? -1) >= 0);
    const present = new Set(own.filter((label) => label >= 0));
    const p = probabilityMap(output, layout, probabilities);
    const slopes = gradients ? new Float64Array(p.length) : null;
    let sum = 0;
    for (const c of present) {
      const places = counted.map(
        (position) => (axis === 'first' ? position : position * classes) + c * stride,
      );
      const truth = Uint8Array.from(counted, (position) => (own[position] === c ? 1 : 0));
      sum += overlap({ p, places, truth }, 1 / present.size, slopes);
    }
    const [gradient] = gradients ?? [];
    if (gradient && slopes) addThroughSoftmax(gradient, slopes, p, layout, probabilities);
    return present.size === 0 ? 0 : sum / present.size;
  };
}

/** The soft Dice loss with squared denominators (Milletari et al., "V-Net", arXiv 1606.04797, §3): 1 − 2Σpg/(Σp² + Σg²). */
export const dice: ClassOverlap = ({ p, places, truth }, share, slopes) => {
  let both = 0;
  let sizes = 0;
  for (const [index, at] of places.entries()) {
    const value = p[at] ?? NaN;
    const label = truth[index] ?? 0;
    both += value * label;
    sizes += value * value + label;
  }
  const overlap = (2 * both) / sizes;
  if (slopes) {
    for (const [index, at] of places.entries()) {
      const slope = (2 * overlap * (p[at] ?? NaN) - 2 * (truth[index] ?? 0)) / sizes;
      slopes[at] = (slopes[at] ?? 0) + share * slope;
    }
  }
  return Math.max(1 - overlap, 0);
};

/**
 * The Lovász extension of the Jaccard loss (Berman et al., "The Lovász-Softmax loss", arXiv 1705.08790, eqs. 8 and 9,
 * classes present, per image). The order of errors is taken as constant in the gradient.
 */
export const lovasz: ClassOverlap = ({ p, places, truth }, share, slopes) => {
  const errors = Float64Array.from(places, (at, index) => Math.abs((truth[index] ?? 0) - (p[at] ?? NaN)));
  const falling = Uint32Array.from(places.keys()).sort((a, b) => (errors[b] ?? 0) - (errors[a] ?? 0));
  const positives = truth.reduce((count, label) => count + label, 0);
  let [hits, misses, before, loss] = [0, 0, 0, 0];
  for (const index of falling) {
    const label = truth[index] ?? 0;
    hits += label;
    misses += 1 - label;
    const jaccard = 1 - (positives - hits) / (positives + misses);
    const weight = jaccard - before;
    before = jaccard;
    loss += weight * (errors[index] ?? NaN);
    const at = places[index] ?? 0;
    if (slopes) slopes[at] = (slopes[at] ?? 0) + share * (label ? -weight : weight);
  }
  return loss;
};

export const diceTask = overlapTask('Dice loss', dice);
export const lovaszTask = overlapTask('Lovász-softmax loss', lovasz);
