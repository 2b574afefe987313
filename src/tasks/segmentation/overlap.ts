import { soleOutput, type Binding } from '../arrays';
import { areProbabilities } from '../classification/class-axis';
import { drawClasses } from '../classification/draw';
import { classMetric } from '../classification/metrics';
import { classTargets, type ClassTargets } from '../classification/targets';
import type { DeviceLoss } from '../device-loss';
import type { SampleLoss, TaskKind } from '../kind';
import { diceDevice } from './dice-tensors';
import { addThroughSoftmax, probabilityMap } from './probabilities';

/**
 * A loss of the overlap of each class's probabilities with its labels, averaged over the classes that a sample's
 * labels have. Adds its slopes by the probabilities to `slopes`, scaled by `share`; p is laid out as the output.
 */
export type ClassOverlap = (one: OneClass, share: number, slopes: Float64Array | null) => number;

/** One class in one sample. */
export interface OneClass {
  readonly p: Float64Array;
  /** Where in `p` the probabilities of the positions that count are. */
  readonly at: (index: number) => number;
  /** The classes of these positions. */
  readonly labels: Int32Array;
  readonly label: number;
}

/** A segmentation task with a loss of overlaps. */
function overlapTask(
  name: string,
  overlap: ClassOverlap,
  deviceOf: ((targets: ClassTargets, probabilities: boolean) => DeviceLoss) | null,
) {
  return (binding: Binding): TaskKind => {
    const targets = classTargets(binding);
    const probabilities = areProbabilities(soleOutput(binding).reference, targets.layout);
    const { classes } = targets.layout;
    return {
      description: `${name} of ${probabilities ? 'probabilities' : 'logits'} over ${classes} classes`,
      loss: overlapLoss(targets, probabilities, overlap),
      device: deviceOf && deviceOf(targets, probabilities),
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
    const labelled = own.filter((label) => label >= 0);
    const present = new Set(labelled);
    const p = probabilityMap(output, layout, probabilities);
    const slopes = gradients ? new Float64Array(p.length) : null;
    const step = axis === 'first' ? 1 : classes;
    let sum = 0;
    for (const label of present) {
      const at = (index: number) => (counted[index] ?? 0) * step + label * stride;
      sum += overlap({ p, at, labels: labelled, label }, 1 / present.size, slopes);
    }
    const [gradient] = gradients ?? [];
    if (gradient && slopes) addThroughSoftmax(gradient, slopes, p, layout, probabilities);
    return present.size === 0 ? 0 : sum / present.size;
  };
}

/** The soft Dice loss with squared denominators (Milletari et al., "V-Net", arXiv 1606.04797, §3): 1 − 2Σpg/(Σp² + Σg²). */
const dice: ClassOverlap = ({ p, at, labels, label }, share, slopes) => {
  let both = 0;
  let sizes = 0;
  for (let index = 0; index < labels.length; index++) {
    const value = p[at(index)] ?? NaN;
    sizes += value * value;
    if (labels[index] !== label) continue;
    both += value;
    sizes += 1;
  }
  const overlap = (2 * both) / sizes;
  for (let index = 0; slopes && index < labels.length; index++) {
    const place = at(index);
    const slope = (2 * overlap * (p[place] ?? NaN) - (labels[index] === label ? 2 : 0)) / sizes;
    slopes[place] = (slopes[place] ?? 0) + share * slope;
  }
  return Math.max(1 - overlap, 0);
};

/**
 * The Lovász extension of the Jaccard loss (Berman et al., "The Lovász-Softmax loss", arXiv 1705.08790, eqs. 8 and 9,
 * classes present, per image). The order of errors is taken as constant in the gradient.
 */
const lovasz: ClassOverlap = ({ p, at, labels, label }, share, slopes) => {
  const errors = Float64Array.from(labels, (own, index) =>
    Math.abs((own === label ? 1 : 0) - (p[at(index)] ?? NaN)),
  );
  const falling = Uint32Array.from(labels.keys()).sort((a, b) => (errors[b] ?? 0) - (errors[a] ?? 0));
  const positives = labels.reduce((count, own) => count + (own === label ? 1 : 0), 0);
  let [hits, misses, before, loss] = [0, 0, 0, 0];
  for (const index of falling) {
    const isOwn = labels[index] === label;
    if (isOwn) hits++;
    else misses++;
    const jaccard = 1 - (positives - hits) / (positives + misses);
    const weight = jaccard - before;
    before = jaccard;
    loss += weight * (errors[index] ?? NaN);
    const place = at(index);
    if (slopes) slopes[place] = (slopes[place] ?? 0) + share * (isOwn ? -weight : weight);
  }
  return loss;
};

export const diceTask = overlapTask('Dice loss', dice, diceDevice);
export const lovaszTask = overlapTask('Lovász-softmax loss', lovasz, null);
