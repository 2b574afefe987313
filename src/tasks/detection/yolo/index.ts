import type { Binding } from '../../arrays';
import { sigmoid, softplus } from '../../elementwise/losses';
import { imageSize } from '../../image-size';
import type { SampleLoss, TaskKind, Values } from '../../kind';
import { averagePrecision } from '../average-precision';
import { headStart } from '../head';
import { boxPicture } from '../picture';
import { groundTruth, objectsOf, type Truth } from '../truth';
import { type CentreBox } from '../overlap';
import { completeIou } from './ciou';
import { decodeYolo } from './decode';
import { classesOf, countedScales, rawAt, readYoloHeads, type YoloHead } from './heads';
import { yoloDevice } from './losses-tensors';
import { matchObjects, type CountedScale, type Match } from './matches';

export type Component = 'box' | 'objectness' | 'class';

/** A component's loss at one scale of a sample; adds its slopes to `gradient`. */
type ScaleLoss = (
  head: YoloHead,
  output: Values,
  matches: readonly Match[],
  gradient: Values | undefined,
  balance: number,
) => number;

/**
 * A component of YOLOv5's loss as its released code (v6) computes it for one image: `box`, 1 − CIoU; `class`, binary
 * cross-entropy; both means over the matches of a scale; `objectness`, binary cross-entropy against the matches' IoU
 * over all anchors, weighted by scale (4, 1, .4 from the finest; with more scales 4, 1, .25, .06, .02). Scales are
 * added; the gains that weigh components against each other are left out. Where several objects claim an anchor the
 * last counts. In the gradient matches, the IoU target and the aspect term's weight are constants. Outputs are raw.
 */
export function yoloTask(component: Component) {
  return (binding: Binding): TaskKind => {
    const image = imageSize(binding);
    const heads = readYoloHeads(binding);
    const classes = classesOf(heads);
    const truth = groundTruth(binding, classes);
    const scales = scalesOf(binding, heads, truth);
    const detect = (outputs: readonly Values[]) => decodeYolo(heads, outputs);
    return {
      description: `YOLOv5's ${component} loss over ${heads.length} scales and ${classes} classes`,
      loss: sumOverScales(scales, scaleLosses[component]),
      device: yoloDevice(scales, component),
      metric: averagePrecision(binding.spec.metric ?? 'mAP@.5', truth, detect),
      draw: (sample, outputs) => boxPicture(image, detect(outputs), truth(sample)),
    };
  };
}

function scalesOf(binding: Binding, heads: readonly YoloHead[], truth: Truth): readonly CountedScale[] {
  const balances = heads.length <= 3 ? [4, 1, 0.4] : [4, 1, 0.25, 0.06, 0.02];
  return countedScales(binding, heads.length).flatMap((scale): CountedScale[] => {
    const head = heads[scale];
    const matchesOf = (sample: number) => (head ? matchObjects(head, objectsOf(truth, sample)) : []);
    return head ? [{ output: scale, head, balance: balances[scale] ?? 0.02, matchesOf }] : [];
  });
}

function sumOverScales(scales: readonly CountedScale[], lossOf: ScaleLoss): SampleLoss {
  return (sample, outputs, slopes) =>
    scales.reduce((sum, { output, head, balance, matchesOf }) => {
      const values = outputs[output] ?? new Float32Array();
      return sum + lossOf(head, values, matchesOf(sample), slopes?.[output], balance);
    }, 0);
}

/** The predicted box of a match relative to its cell, in cells, with the slopes of its numbers by the raw ones. */
function predictedBox(head: YoloHead, output: Values, { anchor, cell }: Match) {
  const [width = 0, height = 0] = head.sizes[anchor] ?? [];
  const [x, y, w, h] = [0, 1, 2, 3].map((value) => sigmoid(rawAt(head, output, anchor, cell, value)));
  const [sx = NaN, sy = NaN, sw = NaN, sh = NaN] = [x, y, w, h];
  const [anchorWidth, anchorHeight] = [width / head.strideX, height / head.strideY];
  const box: CentreBox = [
    2 * sx - 0.5,
    2 * sy - 0.5,
    (2 * sw) ** 2 * anchorWidth,
    (2 * sh) ** 2 * anchorHeight,
  ];
  const byRaw: CentreBox = [
    2 * sx * (1 - sx),
    2 * sy * (1 - sy),
    8 * sw * sw * (1 - sw) * anchorWidth,
    8 * sh * sh * (1 - sh) * anchorHeight,
  ];
  return { box, byRaw };
}

const boxLoss: ScaleLoss = (head, output, matches, gradient) => {
  let sum = 0;
  for (const match of matches) {
    const { box, byRaw } = predictedBox(head, output, match);
    const { ciou, slope } = completeIou(box, match.target);
    sum += 1 - ciou;
    if (!gradient) continue;
    const start = headStart(head, match.anchor, match.cell);
    for (let value = 0; value < 4; value++) {
      const at = start + value * head.valueStep;
      const own = (slope[value] ?? NaN) * (byRaw[value] ?? NaN);
      gradient[at] = (gradient[at] ?? 0) - own / matches.length;
    }
  }
  return matches.length === 0 ? 0 : sum / matches.length;
};

const classLoss: ScaleLoss = (head, output, matches, gradient) => {
  const classes = head.values - 5;
  if (classes === 1) return 0;
  const count = matches.length * classes;
  let sum = 0;
  for (const { anchor, cell, class: label } of matches) {
    for (let c = 0; c < classes; c++) {
      const at = headStart(head, anchor, cell) + (5 + c) * head.valueStep;
      const logit = output[at] ?? NaN;
      sum += softplus(c === label ? -logit : logit);
      if (gradient) gradient[at] = (gradient[at] ?? 0) + (sigmoid(logit) - (c === label ? 1 : 0)) / count;
    }
  }
  return count === 0 ? 0 : sum / count;
};

const objectnessLoss: ScaleLoss = (head, output, matches, gradient, balance) => {
  const cells = head.width * head.height;
  const targets = new Float64Array(head.anchors * cells);
  for (const match of matches) {
    const { ciou } = completeIou(predictedBox(head, output, match).box, match.target);
    targets[match.anchor * cells + match.cell] = Math.max(ciou, 0);
  }
  let sum = 0;
  for (let anchor = 0; anchor < head.anchors; anchor++) {
    for (let cell = 0; cell < cells; cell++) {
      const at = headStart(head, anchor, cell) + 4 * head.valueStep;
      const target = targets[anchor * cells + cell] ?? 0;
      const logit = output[at] ?? NaN;
      sum += target * softplus(-logit) + (1 - target) * softplus(logit);
      if (gradient)
        gradient[at] = (gradient[at] ?? 0) + (balance * (sigmoid(logit) - target)) / targets.length;
    }
  }
  return (balance * sum) / targets.length;
};

const scaleLosses: Readonly<Record<Component, ScaleLoss>> = {
  box: boxLoss,
  objectness: objectnessLoss,
  class: classLoss,
};
