import { elementCount } from '../../alignment';
import { taskError, type Binding } from '../../arrays';
import type { DeviceLoss } from '../../device-loss';
import {
  logitBinaryCrossEntropy,
  sigmoid,
  smoothAbsoluteError,
  softplus,
  type ElementLoss,
} from '../../elementwise/losses';
import { hitTargets, weightedLoss, type Hit } from '../../elementwise/reduce-tensors';
import { besideEachOther } from '../../gradient-tensors';
import { imageSize, type ImageSize } from '../../image-size';
import { meanMetric, type SampleLoss, type SampleMetric, type TaskKind, type Values } from '../../kind';
import { decodeBox, encodeBox, gridAnchors, requireAnchors } from '../anchors';
import { iou, suppress, type Box, type Detection } from '../box';
import { headStart, readHead, type Head } from '../head';
import { boxPicture } from '../picture';
import { groundTruth, objectsOf, type Truth } from '../truth';
import { countedScales } from '../yolo/heads';
import { sampleAnchors, type AnchorSample } from './sample-anchors';

export type RpnComponent = 'objectness' | 'box';

/** An anchor of one of the scales, and where its numbers lie. */
interface Place {
  readonly scale: number;
  readonly objectness: number;
  /** Elements of its four offsets. */
  readonly box: readonly number[];
}

interface RpnHead {
  readonly anchors: readonly Box[];
  readonly places: readonly Place[];
  /** The elements of a sample's outputs, one by one. */
  readonly sizes: readonly number[];
}

const code = { variances: [1, 1] } as const;
const smooth = smoothAbsoluteError({ beta: 1 / 9 });

/**
 * A component of the region proposal network's loss (Ren et al., arXiv 1506.01497, eq. 1, as torchvision scales it): over
 * the sampled anchors, binary cross-entropy of `objectness`; smooth L1 (beta 1/9) of the positives' encoded `box`, over
 * the number of all sampled. It reads objectness (logits) and box offsets of each scale in turn. Classes do not matter.
 * In the gradient the labels of anchors are constants.
 */
export function rpnTask(component: RpnComponent) {
  return (binding: Binding): TaskKind => {
    const image = imageSize(binding);
    const head = readRpn(binding, image);
    const truth = groundTruth(binding, Infinity);
    const detect = (outputs: readonly Values[]) => proposals(head, outputs);
    const samples = new Map<number, AnchorSample>();
    const chosen = (sample: number) => {
      const known = samples.get(sample) ?? sampleAnchors(head.anchors, objectsOf(truth, sample));
      samples.set(sample, known);
      return known;
    };
    return {
      description: `${component} of ${head.anchors.length} anchors of a region proposal network`,
      loss: component === 'box' ? boxLoss(head, chosen) : objectnessLoss(head, chosen),
      device: component === 'box' ? boxDevice(head, chosen) : objectnessDevice(head, chosen),
      metric: recall(truth, detect),
      draw: (sample, outputs) => boxPicture(image, detect(outputs), truth(sample)),
    };
  };
}

function readRpn(binding: Binding, image: ImageSize): RpnHead {
  const { outputs } = binding;
  if (outputs.length % 2 !== 0) {
    throw taskError(
      binding,
      '',
      `it names ${outputs.length} outputs.`,
      'Name objectness and box offsets of each scale in turn: ["objectness0", "box0", "objectness1", "box1"].',
    );
  }
  const scales = outputs.length / 2;
  const sizes = requireAnchors(binding, scales);
  const anchors: Box[] = [];
  const places: Place[] = [];
  for (const scale of countedScales(binding, scales)) {
    const [objectness, box] = outputs.slice(2 * scale);
    const own = sizes[scale] ?? [];
    if (!objectness || !box) continue;
    const scores = readHead(binding, objectness, image, own.length / 2, 1);
    const offsets = readHead(binding, box, image, own.length / 2, 4);
    anchors.push(...gridAnchors(scores.height, scores.width, image, own));
    places.push(...placesOf(scale, scores, offsets));
  }
  return { anchors, places, sizes: outputs.map(({ sampleShape }) => elementCount(sampleShape)) };
}

function placesOf(scale: number, scores: Head, offsets: Head): Place[] {
  const cells = scores.width * scores.height;
  return Array.from({ length: cells * scores.anchors }, (_, index) => {
    const [cell, anchor] = [Math.floor(index / scores.anchors), index % scores.anchors];
    const start = headStart(offsets, anchor, cell);
    return {
      scale,
      objectness: headStart(scores, anchor, cell),
      box: [0, 1, 2, 3].map((value) => start + value * offsets.valueStep),
    };
  });
}

function objectnessLoss({ places }: RpnHead, chosen: (sample: number) => AnchorSample): SampleLoss {
  return (sample, outputs, slopes) => {
    const { positives, negatives } = chosen(sample);
    const count = positives.length + negatives.length;
    const one = (anchor: number, target: number): number => {
      const place = places[anchor];
      if (!place) return 0;
      const logit = outputs[2 * place.scale]?.[place.objectness] ?? NaN;
      const gradient = slopes?.[2 * place.scale];
      if (gradient)
        gradient[place.objectness] = (gradient[place.objectness] ?? 0) + (sigmoid(logit) - target) / count;
      return softplus(target === 1 ? -logit : logit);
    };
    const sum =
      positives.reduce((total, { anchor }) => total + one(anchor, 1), 0) +
      negatives.reduce((total, anchor) => total + one(anchor, 0), 0);
    return count === 0 ? 0 : sum / count;
  };
}

function boxLoss({ anchors, places }: RpnHead, chosen: (sample: number) => AnchorSample): SampleLoss {
  return (sample, outputs, slopes) => {
    const { positives, negatives } = chosen(sample);
    const count = positives.length + negatives.length;
    let sum = 0;
    for (const { anchor, object } of positives) {
      const [place, box] = [places[anchor], anchors[anchor]];
      if (!place || !box) continue;
      const output = outputs[2 * place.scale + 1];
      const gradient = slopes?.[2 * place.scale + 1];
      for (const [axis, target] of encodeBox(code, box, object.box).entries()) {
        const at = place.box[axis] ?? 0;
        const value = output?.[at] ?? NaN;
        sum += smooth.value(value, target);
        if (gradient) gradient[at] = (gradient[at] ?? 0) + smooth.slope(value, target) / count;
      }
    }
    return count === 0 ? 0 : sum / count;
  };
}

type Chosen = (sample: number) => AnchorSample;

function objectnessDevice({ places, sizes }: RpnHead, chosen: Chosen): DeviceLoss {
  return sampledDevice(sizes, chosen, logitBinaryCrossEntropy({}), (elementOf, { positives, negatives }) => {
    const one = (anchor: number, target: number): readonly Hit[] => {
      const place = places[anchor];
      return place ? [{ at: elementOf(2 * place.scale, place.objectness), target }] : [];
    };
    return [
      ...positives.flatMap(({ anchor }) => one(anchor, 1)),
      ...negatives.flatMap((anchor) => one(anchor, 0)),
    ];
  });
}

function boxDevice({ anchors, places, sizes }: RpnHead, chosen: Chosen): DeviceLoss {
  return sampledDevice(sizes, chosen, smooth, (elementOf, { positives }) =>
    positives.flatMap(({ anchor, object }) => {
      const [place, box] = [places[anchor], anchors[anchor]];
      if (!place || !box) return [];
      const offsets = encodeBox(code, box, object.box);
      return offsets.map((target, axis) => ({
        at: elementOf(2 * place.scale + 1, place.box[axis] ?? 0),
        target,
      }));
    }),
  );
}

/** A sum over few elements of the outputs, over the number of sampled anchors. */
function sampledDevice(
  sizes: readonly number[],
  chosen: Chosen,
  { tensors }: ElementLoss,
  hitsOf: (elementOf: (output: number, at: number) => number, anchors: AnchorSample) => readonly Hit[],
): DeviceLoss {
  const starts = sizes.map((_, output) => sizes.slice(0, output).reduce((sum, size) => sum + size, 0));
  const elements = sizes.reduce((sum, size) => sum + size, 0);
  const elementOf = (output: number, at: number) => (starts[output] ?? NaN) + at;
  const layersOf = (sample: number) => {
    const anchors = chosen(sample);
    const count = anchors.positives.length + anchors.negatives.length;
    return hitTargets(elements, hitsOf(elementOf, anchors), 1 / count);
  };
  return weightedLoss(elements, layersOf, tensors, besideEachOther);
}

const mostCandidates = 1000;

/** The best 100 proposals after non-maximum suppression at IoU .7, all of one class. */
function proposals({ anchors, places }: RpnHead, outputs: readonly Values[]): readonly Detection[] {
  const logits = places.map(({ scale, objectness }) => outputs[2 * scale]?.[objectness] ?? NaN);
  const best = [...places.keys()]
    .sort((a, b) => (logits[b] ?? 0) - (logits[a] ?? 0))
    .slice(0, mostCandidates);
  const found = best.flatMap((anchor): Detection[] => {
    const [place, own] = [places[anchor], anchors[anchor]];
    if (!place || !own) return [];
    const output = outputs[2 * place.scale + 1];
    const [a = NaN, b = NaN, c = NaN, d = NaN] = place.box.map((at) => output?.[at] ?? NaN);
    return [{ box: decodeBox(code, own, [a, b, c, d]), class: 0, score: sigmoid(logits[anchor] ?? NaN) }];
  });
  return suppress(found, 0.7, 100);
}

/** The share of objects that one of the proposals overlaps by an IoU of .5 or more. */
function recall(truth: Truth, detect: (outputs: readonly Values[]) => readonly Detection[]): SampleMetric {
  return meanMetric('recall@100', true, (sample, outputs, sums) => {
    const found = detect(outputs);
    for (const { box } of objectsOf(truth, sample)) {
      if (found.some((one) => iou(one.box, box) >= 0.5)) sums[0] = (sums[0] ?? 0) + 1;
      sums[1] = (sums[1] ?? 0) + 1;
    }
  });
}
