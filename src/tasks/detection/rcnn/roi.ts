import { requireOutputs, shapeText, taskError, type Binding } from '../../arrays';
import type { ClassLayout } from '../../classification/class-axis';
import { costOf, logSumExp } from '../../classification/log-sum-exp';
import { smoothAbsoluteError } from '../../elementwise/losses';
import { imageSize } from '../../image-size';
import type { SampleLoss, TaskKind, Values } from '../../kind';
import { bestObjects, decodeBox, encodeBox } from '../anchors';
import { averagePrecision } from '../average-precision';
import { suppress, type Box, type Detection } from '../box';
import { boxPicture } from '../picture';
import { groundTruth, objectsOf, type TrueBox, type Truth } from '../truth';

export type RoiComponent = 'class' | 'box';

const code = { variances: [0.1, 0.2] } as const;
const smooth = smoothAbsoluteError({ beta: 1 / 9 });
const smallestScore = 0.05;
const largestOverlap = 0.5;

/**
 * A component of the second stage's loss (Girshick, "Fast R-CNN", arXiv 1504.08083, eq. 1, as torchvision scales it): `class`,
 * softmax cross-entropy over the sample's proposals; `box`, smooth L1 (beta 1/9) of the true class's offsets of those that
 * overlap an object by .5 or more, over the number of all. It reads class logits [regions, classes + 1] (background
 * first), box offsets [regions, 4·(classes + 1)] and the proposals [regions, 4] in pixels, which the gradient takes as
 * constant. All proposals count: none is drawn at random.
 */
export function roiTask(component: RoiComponent) {
  return (binding: Binding): TaskKind => {
    const image = imageSize(binding);
    const layout = readRegions(binding);
    const truth = groundTruth(binding, layout.classes - 1);
    const detect = (outputs: readonly Values[]) => decodeRegions(layout, outputs);
    return {
      device: null,
      description: `${component} of ${layout.positions} regions over ${layout.classes - 1} classes`,
      loss: component === 'class' ? classLoss(layout, truth) : boxLoss(layout, truth),
      metric: averagePrecision(binding.spec.metric ?? 'mAP@.5', truth, detect),
      draw: (sample, outputs) => boxPicture(image, detect(outputs), truth(sample)),
    };
  };
}

function readRegions(binding: Binding): ClassLayout {
  const [logits, offsets, proposals] = requireOutputs(binding, 3).map(({ sampleShape }) => sampleShape);
  const [regions = 0, classes = 0] = logits ?? [];
  const fits =
    logits?.length === 2 &&
    classes >= 2 &&
    offsets?.join() === [regions, 4 * classes].join() &&
    proposals?.join() === [regions, 4].join();
  if (fits) return { axis: 'last', classes, positions: regions, shape: [regions], stride: 1 };
  throw taskError(
    binding,
    '',
    `its outputs are ${binding.outputs.map(({ sampleShape }) => shapeText(sampleShape)).join(', ')}.`,
    'Name class logits (regions × classes, background first), box offsets (regions × 4·classes) and proposals (regions × 4), in this order.',
  );
}

function proposal(proposals: Values, region: number): Box {
  const [a = NaN, b = NaN, c = NaN, d = NaN] = proposals.subarray(region * 4, region * 4 + 4);
  return [a, b, c, d];
}

/** The object of each region, and its box; without one the region is background. */
function assign({ positions }: ClassLayout, proposals: Values, objects: readonly TrueBox[]) {
  const boxes = Array.from({ length: positions }, (_, region) => proposal(proposals, region));
  const { best, overlaps } = bestObjects(
    boxes,
    objects.map(({ box }) => box),
  );
  return boxes.map((box, region) => ({
    box,
    object: (overlaps[region] ?? 0) >= 0.5 ? objects[best[region] ?? -1] : undefined,
  }));
}

function classLoss(layout: ClassLayout, truth: Truth): SampleLoss {
  const { classes, positions } = layout;
  return (sample, [logits = nothing, , proposals = nothing], slopes) => {
    const gradient = slopes?.[0];
    let sum = 0;
    for (const [region, { object }] of assign(layout, proposals, objectsOf(truth, sample)).entries()) {
      const label = (object?.class ?? -1) + 1;
      const start = region * classes;
      const all = logSumExp(logits, start, layout);
      sum += costOf(all, logits[start + label] ?? NaN);
      if (!gradient) continue;
      for (let c = 0; c < classes; c++) {
        const share = Math.exp((logits[start + c] ?? NaN) - all);
        gradient[start + c] = (gradient[start + c] ?? 0) + (share - (c === label ? 1 : 0)) / positions;
      }
    }
    return sum / positions;
  };
}

function boxLoss(layout: ClassLayout, truth: Truth): SampleLoss {
  const { classes, positions } = layout;
  return (sample, [, offsets = nothing, proposals = nothing], slopes) => {
    const gradient = slopes?.[1];
    let sum = 0;
    for (const [region, { object, box }] of assign(layout, proposals, objectsOf(truth, sample)).entries()) {
      if (!object) continue;
      const start = (region * classes + object.class + 1) * 4;
      for (const [axis, target] of encodeBox(code, box, object.box).entries()) {
        const value = offsets[start + axis] ?? NaN;
        sum += smooth.value(value, target);
        if (gradient)
          gradient[start + axis] = (gradient[start + axis] ?? 0) + smooth.slope(value, target) / positions;
      }
    }
    return sum / positions;
  };
}

/** Boxes whose class probability is at least .05, after non-maximum suppression at IoU .5. */
function decodeRegions(
  layout: ClassLayout,
  [logits, offsets, proposals]: readonly Values[],
): readonly Detection[] {
  if (!logits || !offsets || !proposals) return [];
  const { classes, positions } = layout;
  const found: Detection[] = [];
  for (let region = 0; region < positions; region++) {
    const all = logSumExp(logits, region * classes, layout);
    for (let label = 1; label < classes; label++) {
      const score = Math.exp((logits[region * classes + label] ?? NaN) - all);
      if (!(score >= smallestScore)) continue;
      const start = (region * classes + label) * 4;
      const [a = NaN, b = NaN, c = NaN, d = NaN] = offsets.subarray(start, start + 4);
      const box = decodeBox(code, proposal(proposals, region), [a, b, c, d]);
      found.push({ box, class: label - 1, score });
    }
  }
  return suppress(found, largestOverlap, 100);
}

const nothing: Values = new Float32Array();
