import { elementCount } from '../alignment';
import { requireOutputs, shapeText, taskError, type Binding } from '../arrays';
import { toCentre } from '../detection/box';
import { iouWithSlope, type CentreBox } from '../detection/overlap';
import { boxDeparturesDevice } from './boxes-tensors';
import { meanMetric, type TaskKind, type Values } from '../kind';

/** How boxes and their scores lie in their outputs. */
interface BoxLayout {
  readonly count: number;
  readonly classes: number;
  /** Whether boxes are corners; else centre and size. */
  readonly corners: boolean;
  readonly boxStep: number;
  readonly coordinateStep: number;
  readonly scoreStep: number;
  readonly classStep: number;
}

/**
 * How far a detector's boxes and scores depart from the unpruned model's, box by box (it gives the same boxes in the same
 * order): 1 + (Σ s·(1 − IoU) + Σ |s′ − s|)/Σ s. Of a box s is the unpruned model's largest score in the first sum,
 * and each class's in the second.
 */
export function boxAgreementTask(binding: Binding): TaskKind {
  const layout = boxLayout(binding);
  const unpruned = (sample: number) =>
    binding.outputs.map(({ reference, sampleShape }) => {
      const size = elementCount(sampleShape);
      return reference.subarray(sample * size, (sample + 1) * size);
    });
  return {
    description: `1 + departure of ${layout.count} boxes and their scores from the unpruned model's`,
    loss: (sample, outputs, slopes) => {
      const own = unpruned(sample);
      const weight = totalWeight(layout, own);
      return (
        1 + boxDeparture(layout, own, outputs, weight, slopes) + scoreDeparture(own, outputs, weight, slopes)
      );
    },
    device: boxDeparturesDevice({
      boxes: layout.count,
      byCoordinate: layout.boxStep === 1,
      corners: layout.corners,
      scores: layout.count * layout.classes,
      own: (sample) => {
        const [boxes = nothing, scores = nothing] = unpruned(sample);
        return [boxes, scores];
      },
      weights: (sample) => {
        const own = unpruned(sample);
        const weight = totalWeight(layout, own);
        const best = (index: number) => bestScore(layout, own[1] ?? nothing, index) / weight;
        return [Float32Array.from({ length: layout.count }, (_, index) => best(index)), 1 / weight];
      },
    }),
    metric: meanMetric('IoU with the unpruned', true, (sample, outputs, sums) => {
      const own = unpruned(sample);
      sums[0] = (sums[0] ?? 0) + 1 - boxDeparture(layout, own, outputs, totalWeight(layout, own), null);
      sums[1] = (sums[1] ?? 0) + 1;
    }),
    draw: () => ({ kind: 'none' }),
  };
}

function boxDeparture(
  layout: BoxLayout,
  [boxes = nothing, scores = nothing]: readonly Values[],
  [found = nothing]: readonly Values[],
  weight: number,
  slopes: readonly Values[] | null,
): number {
  const gradient = slopes?.[0];
  let sum = 0;
  for (let index = 0; index < layout.count; index++) {
    const share = bestScore(layout, scores, index) / weight;
    const { iou, slope } = iouWithSlope(boxAt(layout, found, index), boxAt(layout, boxes, index), 1e-12);
    sum += share * (1 - iou);
    if (!gradient) continue;
    for (const [axis, own] of inCoordinates(layout, slope).entries()) {
      const at = index * layout.boxStep + axis * layout.coordinateStep;
      gradient[at] = (gradient[at] ?? 0) - share * own;
    }
  }
  return sum;
}

function scoreDeparture(
  [, scores = nothing]: readonly Values[],
  [, found = nothing]: readonly Values[],
  weight: number,
  slopes: readonly Values[] | null,
): number {
  const gradient = slopes?.[1];
  let sum = 0;
  for (const [at, score] of scores.entries()) {
    const change = (found[at] ?? NaN) - score;
    sum += Math.abs(change) / weight;
    if (gradient) gradient[at] = (gradient[at] ?? 0) + Math.sign(change) / weight;
  }
  return sum;
}

function totalWeight(layout: BoxLayout, [, scores = nothing]: readonly Values[]): number {
  let sum = 0;
  for (let index = 0; index < layout.count; index++) sum += bestScore(layout, scores, index);
  return Math.max(sum, 1e-6);
}

function bestScore({ classes, scoreStep, classStep }: BoxLayout, scores: Values, index: number): number {
  let best = 0;
  for (let label = 0; label < classes; label++)
    best = Math.max(best, scores[index * scoreStep + label * classStep] ?? NaN);
  return best;
}

function boxAt({ corners, boxStep, coordinateStep }: BoxLayout, values: Values, index: number): CentreBox {
  const at = (axis: number) => values[index * boxStep + axis * coordinateStep] ?? NaN;
  const four: CentreBox = [at(0), at(1), at(2), at(3)];
  return corners ? toCentre(four) : four;
}

/** Slopes by centre and size, in the output's own coordinates. */
function inCoordinates({ corners }: BoxLayout, slope: CentreBox): CentreBox {
  const [x, y, w, h] = slope;
  return corners ? [x / 2 - w, y / 2 - h, x / 2 + w, y / 2 + h] : slope;
}

function boxLayout(binding: Binding): BoxLayout {
  const [boxes, scores] = requireOutputs(binding, 2).map(({ sampleShape }) => sampleShape);
  const [a = 0, b = 0] = boxes ?? [];
  const [count, boxStep, coordinateStep] = b === 4 ? [a, 4, 1] : [b, 1, b];
  const [c = 0, d = 1] = scores ?? [];
  const rest = elementCount(scores ?? []) / count;
  const isMapped = c === count || d === count;
  if (boxes?.length !== 2 || (a !== 4 && b !== 4) || !isMapped || (scores?.length ?? 3) > 2) {
    throw taskError(
      binding,
      '',
      `its outputs are ${binding.outputs.map(({ sampleShape }) => shapeText(sampleShape)).join(' and ')}.`,
      'Name boxes (boxes × 4) and scores (boxes, or boxes × classes), in this order.',
    );
  }
  const corners = binding.spec.boxFormat !== 'centre';
  const [scoreStep, classStep] = c === count ? [rest, 1] : [1, count];
  return { count, classes: rest, corners, boxStep, coordinateStep, scoreStep, classStep };
}

const nothing = new Float32Array();
