import { requireOutputs, shapeText, taskError, type Binding } from '../../arrays';
import type { ClassLayout } from '../../classification/class-axis';
import { costOf, logSumExp } from '../../classification/log-sum-exp';
import { smoothAbsoluteError } from '../../elementwise/losses';
import { hitTargets, weightedLoss, type Hit } from '../../elementwise/reduce-tensors';
import { imageSize } from '../../image-size';
import type { SampleLoss, TaskKind, Values } from '../../kind';
import { decodeBox, encodeBox } from '../anchors';
import { averagePrecision } from '../average-precision';
import { suppress, type Detection } from '../box';
import { boxPicture } from '../picture';
import { groundTruth, objectsOf, type TrueBox, type Truth } from '../truth';
import { countedScales } from '../yolo/heads';
import { confidenceDevice, type BoxLabels } from './confidence-tensors';
import { hardest, matchPriors } from './match';
import { defaultBoxes, type Priors } from './priors';

export type Component = 'confidence' | 'location';

interface SsdHead {
  readonly priors: Priors;
  /** Of the confidence output; class 0 is the background. */
  readonly layout: ClassLayout;
  /** The object of a sample that each prior answers for. */
  readonly matchesOf: (sample: number, objects: readonly TrueBox[]) => Int32Array;
  /** Whether a prior belongs to a scale that counts. */
  readonly counts: (prior: number) => boolean;
}

const code = { variances: [0.1, 0.2] } as const;
const smooth = smoothAbsoluteError({});
const smallestScore = 0.01;
const largestOverlap = 0.45;

/**
 * A component of SSD's MultiBox loss (Liu et al., arXiv 1512.02325, §2.2), over the number of matched default boxes
 * of the sample, and 0 where there is none: `location`, smooth L1 of encoded boxes (eq. 2); `confidence`, softmax
 * cross-entropy over matched boxes and the hardest negatives, at most three for each (eq. 3). It reads the outputs
 * location [boxes, 4] and confidence [boxes, classes + 1] (logits, background first). In the gradient matches and the
 * choice of negatives are constants.
 */
export function ssdTask(component: Component) {
  return (binding: Binding): TaskKind => {
    const image = imageSize(binding);
    const head = readSsdHead(binding);
    const truth = groundTruth(binding, head.layout.classes - 1);
    const detect = (outputs: readonly Values[]) => decodeSsd(head, outputs);
    return {
      description: `SSD's ${component} over ${head.priors.boxes.length} default boxes and ${head.layout.classes - 1} classes`,
      ...(component === 'location' ? locationLoss(head, truth) : confidenceLoss(head, truth)),
      metric: averagePrecision(binding.spec.metric ?? 'mAP@.5', truth, detect),
      draw: (sample, outputs) => boxPicture(image, detect(outputs), truth(sample)),
    };
  };
}

function readSsdHead(binding: Binding): SsdHead {
  const [location, confidence] = requireOutputs(binding, 2);
  const [count = 0, four] = location?.sampleShape ?? [];
  const [boxes = 0, classes = 0] = confidence?.sampleShape ?? [];
  const rank = (location?.sampleShape.length ?? 0) + (confidence?.sampleShape.length ?? 0);
  if (!location || !confidence || rank !== 4 || four !== 4 || boxes !== count || classes < 2) {
    throw taskError(
      binding,
      '',
      `its outputs are ${binding.outputs.map(({ sampleShape }) => shapeText(sampleShape)).join(' and ')}.`,
      'Name location (boxes × 4) and confidence (boxes × classes with the background first), in this order.',
    );
  }
  const priors = defaultBoxes(binding, count);
  const scales = new Set(countedScales(binding, Math.max(...priors.scales) + 1));
  const matches = new Map<number, Int32Array>();
  return {
    priors,
    matchesOf: (sample, objects) => {
      const known = matches.get(sample) ?? matchPriors(priors.boxes, objects);
      matches.set(sample, known);
      return known;
    },
    layout: { axis: 'last', classes, positions: count, shape: [count], stride: 1 },
    counts: (prior) => scales.has(priors.scales[prior] ?? -1),
  };
}

/** A component's loss in numbers and on the device. */
type Losses = Pick<TaskKind, 'loss' | 'device'>;

function locationLoss({ priors, counts, matchesOf }: SsdHead, truth: Truth): Losses {
  const hitsOf = (sample: number): readonly Hit[] => {
    const objects = objectsOf(truth, sample);
    return [...matchesOf(sample, objects).entries()].flatMap(([prior, matched]) => {
      const [object, anchor] = [objects[matched], priors.boxes[prior]];
      if (!object || !anchor || !counts(prior)) return [];
      return encodeBox(code, anchor, object.box).map((target, axis) => ({ at: prior * 4 + axis, target }));
    });
  };
  const loss: SampleLoss = (sample, [location = nothing], slopes) => {
    const gradient = slopes?.[0];
    const hits = hitsOf(sample);
    const count = hits.length / 4;
    let sum = 0;
    for (const { at, target } of hits) {
      const value = location[at] ?? NaN;
      sum += smooth.value(value, target);
      if (gradient) gradient[at] = (gradient[at] ?? 0) + smooth.slope(value, target) / count;
    }
    return count === 0 ? 0 : sum / count;
  };
  const elements = 4 * priors.boxes.length;
  const layersOf = (sample: number) => {
    const hits = hitsOf(sample);
    return hitTargets(elements, hits, 4 / hits.length);
  };
  return { loss, device: weightedLoss(elements, layersOf, smooth.tensors) };
}

function confidenceLoss(head: SsdHead, truth: Truth): Losses {
  const { layout } = head;
  const { classes } = layout;
  const labelsOf = boxLabels(head, truth);
  const loss: SampleLoss = (sample, [, confidence = nothing], slopes) => {
    const gradient = slopes?.[1];
    const { labels, positives, negatives } = labelsOf(sample);
    const costs = Float64Array.from(labels, (label, prior) => {
      const all = logSumExp(confidence, prior * classes, layout);
      return costOf(all, confidence[prior * classes + label] ?? NaN);
    });
    const chosen = [...positives, ...hardest(negatives, costs, 3 * positives.length)];
    if (gradient) {
      for (const prior of chosen) {
        const all = logSumExp(confidence, prior * classes, layout);
        for (let c = 0; c < classes; c++) {
          const at = prior * classes + c;
          const share = Math.exp((confidence[at] ?? NaN) - all);
          gradient[at] = (gradient[at] ?? 0) + (share - (c === labels[prior] ? 1 : 0)) / positives.length;
        }
      }
    }
    const sum = chosen.reduce((total, prior) => total + (costs[prior] ?? NaN), 0);
    return positives.length === 0 ? 0 : sum / positives.length;
  };
  return { loss, device: confidenceDevice(layout, labelsOf) };
}

function boxLabels({ matchesOf, counts }: SsdHead, truth: Truth): (sample: number) => BoxLabels {
  return (sample) => {
    const objects = objectsOf(truth, sample);
    const labels = matchesOf(sample, objects).map((object) => (objects[object]?.class ?? -1) + 1);
    const counted = [...labels.keys()].filter(counts);
    const isObject = (prior: number) => labels[prior] !== 0;
    return {
      labels,
      positives: counted.filter(isObject),
      negatives: counted.filter((prior) => !isObject(prior)),
    };
  };
}

/** Boxes whose class probability is at least .01, after non-maximum suppression at IoU .45. */
function decodeSsd(
  { priors, layout }: SsdHead,
  [location, confidence]: readonly Values[],
): readonly Detection[] {
  if (!location || !confidence) return [];
  const { classes } = layout;
  const found = priors.boxes.flatMap((anchor, prior): Detection[] => {
    const all = logSumExp(confidence, prior * classes, layout);
    const scores = Array.from({ length: classes - 1 }, (_, c) =>
      Math.exp((confidence[prior * classes + c + 1] ?? NaN) - all),
    );
    if (!scores.some((score) => score >= smallestScore)) return [];
    const [a = NaN, b = NaN, c = NaN, d = NaN] = location.subarray(prior * 4, prior * 4 + 4);
    const box = decodeBox(code, anchor, [a, b, c, d]);
    return scores.flatMap((score, label) => (score >= smallestScore ? [{ box, class: label, score }] : []));
  });
  return suppress(found, largestOverlap, 100);
}

const nothing: Values = new Float32Array();
