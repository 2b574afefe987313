import { alignElements, elementCount, squeeze } from '../alignment';
import { labelArray, maskLookup, sampleOf, shapeText, soleOutput, taskError, type Binding } from '../arrays';
import { meanMetric, type SampleLoss, type SampleMetric, type TaskKind, type Values } from '../kind';
import { Lookup } from '../lookup';
import { elementPicture } from './draw';
import {
  absoluteError,
  centernetFocal,
  huberError,
  logitBinaryCrossEntropy,
  probabilityBinaryCrossEntropy,
  smoothAbsoluteError,
  squaredError,
  type ElementLoss,
} from './losses';
import { eachElement, elementwiseLoss, sumElements, type ElementTargets } from './reduce';
import { elementwiseDeviceLoss } from './reduce-tensors';
import { rootOf } from './root-tensors';

/** Squared, absolute, smooth absolute or Huber's error of measurements. */
function regressionTask(loss: ElementLoss, description: string) {
  return (binding: Binding): TaskKind => {
    const over = targetsOf(binding);
    return elementTask(binding, over, loss, description, errorMetric(binding, over));
  };
}

export const mseTask = regressionTask(squaredError, 'squared error');
export const l1Task = regressionTask(absoluteError, 'absolute error');
export const smoothL1Task = (binding: Binding): TaskKind =>
  regressionTask(
    smoothAbsoluteError(binding.spec),
    `smooth absolute error (beta ${binding.spec.beta ?? 1})`,
  )(binding);
export const huberTask = (binding: Binding): TaskKind =>
  regressionTask(huberError(binding.spec), `Huber's error (delta ${binding.spec.delta ?? 1})`)(binding);

/** The root of the mean squared error of a sample's elements. */
export function rmseTask(binding: Binding): TaskKind {
  const over = targetsOf(binding);
  const squared = elementwiseLoss(over, 'mean', squaredError);
  const root: SampleLoss = (sample, outputs, slopes) => {
    const loss = Math.sqrt(squared(sample, outputs, null));
    const [gradient] = slopes ?? [];
    if (!gradient || loss === 0) return loss;
    const own = new Float64Array(gradient.length);
    squared(sample, outputs, [own]);
    own.forEach((slope, at) => (gradient[at] = (gradient[at] ?? 0) + slope / (2 * loss)));
    return loss;
  };
  const description = 'root of the mean squared error';
  const task = elementTask(binding, over, squaredError, description, errorMetric(binding, over));
  return { ...task, loss: root, device: rootOf(elementwiseDeviceLoss(over, 'mean', squaredError.tensors)) };
}

/** Yes-or-no answers, each for itself: logits or probabilities, told by the unpruned model's values. */
export function binaryCrossEntropyTask(binding: Binding): TaskKind {
  const over = targetsOf(binding);
  unitTargets(binding, over);
  const probabilities = areUnit(binding);
  const boundary = probabilities ? 0.5 : 0;
  const loss = (probabilities ? probabilityBinaryCrossEntropy : logitBinaryCrossEntropy)(binding.spec);
  const description = `binary cross-entropy of ${probabilities ? 'probabilities' : 'logits'}`;
  return elementTask(binding, over, loss, description, binaryMetric(binding, over, boundary));
}

function binaryMetric({ spec }: Binding, over: ElementTargets, boundary: number): SampleMetric {
  return spec.metric === 'F1' ? binaryF1(over, boundary) : binaryAccuracy(over, boundary);
}

/** The share of right answers; an output above the boundary says yes. */
export function binaryAccuracy(over: ElementTargets, boundary: number): SampleMetric {
  return meanMetric('accuracy', true, (sample, [output], sums) =>
    sumElements(over, sample, output, sums, (value, target) => (value > boundary === target > 0.5 ? 1 : 0)),
  );
}

/** 2·TP/(2·TP + FP + FN), counted over all elements of the set (micro-averaged). */
function binaryF1(over: ElementTargets, boundary: number): SampleMetric {
  return {
    name: 'F1',
    higherIsBetter: true,
    merge: 'add',
    size: 2,
    add: (sample, [output], sums) =>
      eachElement(over, sample, output, (value, target) => {
        const [yes, right] = [value > boundary ? 1 : 0, target > 0.5 ? 1 : 0];
        sums[0] = (sums[0] ?? 0) + yes * right;
        sums[1] = (sums[1] ?? 0) + yes + right;
      }),
    value: ([both = 0, said = 0]) => (2 * both) / said,
  };
}

/** Heat maps given as arrays, with CenterNet's focal loss. */
export function centernetFocalTask(binding: Binding): TaskKind {
  const over = targetsOf(binding);
  unitTargets(binding, over);
  return elementTask(binding, over, centernetFocal, 'focal loss of heat-map logits', null);
}

/** A task whose loss is a sum or mean over the output's elements, each against its own target. */
export function elementTask(
  binding: Binding,
  over: ElementTargets,
  loss: ElementLoss,
  description: string,
  metric: SampleMetric | null,
): TaskKind {
  const shape = squeeze(soleOutput(binding).sampleShape);
  const { reduction = 'mean' } = binding.spec;
  return {
    description,
    loss: elementwiseLoss(over, reduction, loss),
    device: elementwiseDeviceLoss(over, reduction, loss.tensors),
    metric,
    draw: (sample, [output]) => {
      const truth = (element: number) => over.targets.at(sample, element);
      return elementPicture(shape, { elements: over.elements, truth }, output);
    },
  };
}

function errorMetric({ spec }: Binding, over: ElementTargets): SampleMetric {
  const { value } = spec.metric === 'RMSE' ? squaredError : absoluteError;
  const add = (sample: number, [output]: readonly Values[], sums: Float64Array) =>
    sumElements(over, sample, output, sums, value);
  return spec.metric === 'RMSE' ? meanMetric('RMSE', false, add, Math.sqrt) : meanMetric('MAE', false, add);
}

const areUnit = (binding: Binding): boolean =>
  soleOutput(binding).reference.every((value) => value >= 0 && value <= 1);

/** A target for each element of the task's only output. */
export function targetsOf(binding: Binding): ElementTargets {
  const output = soleOutput(binding);
  const labels = labelArray(binding);
  const index = alignElements(output.sampleShape, sampleOf(labels), false);
  if (index) {
    const targets = new Lookup(labels, index);
    const mask = maskLookup(binding, output.sampleShape);
    return { elements: elementCount(output.sampleShape), targets, mask };
  }
  throw taskError(
    binding,
    `, labels "${labels.name}"`,
    `a sample of them is ${shapeText(sampleOf(labels))}, but one of the output "${output.name}" is ${shapeText(output.sampleShape)}.`,
    'Give one target for each value of the output, or choose another output or loss.',
  );
}

/** Refuses targets that are no probabilities. */
export function unitTargets(binding: Binding, { targets, elements }: ElementTargets) {
  for (let sample = 0; sample < binding.inputs.count; sample++) {
    for (let index = 0; index < elements; index++) {
      const target = targets.at(sample, index);
      if (target >= 0 && target <= 1) continue;
      throw taskError(
        binding,
        `, labels "${labelArray(binding).name}"`,
        `sample ${sample} (counted from 0) holds ${target}, and the loss ${binding.spec.loss} wants 0 to 1.`,
        'Scale the labels to 0 … 1, or choose another loss.',
      );
    }
  }
}
