import { alignElements, elementCount, squeeze } from '../alignment';
import { labelArray, maskLookup, sampleOf, shapeText, soleOutput, taskError, type Binding } from '../arrays';
import { meanMetric, type SampleMetric, type TaskKind, type Values } from '../kind';
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
import { elementwiseLoss, sumElements, type ElementTargets } from './reduce';

/** Squared, absolute, smooth absolute or Huber's error of measurements. */
export function regressionTask(loss: ElementLoss, description: string) {
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

/** Yes-or-no answers, each for itself: logits or probabilities, told by the unpruned model's values. */
export function binaryCrossEntropyTask(binding: Binding): TaskKind {
  const over = targetsOf(binding);
  checkUnitTargets(binding, over);
  const probabilities = areUnit(binding);
  const boundary = probabilities ? 0.5 : 0;
  const loss = (probabilities ? probabilityBinaryCrossEntropy : logitBinaryCrossEntropy)(binding.spec);
  const accuracy = meanMetric('accuracy', true, (sample, [output], sums) =>
    sumElements(over, sample, output, sums, (value, target) => (value > boundary === target > 0.5 ? 1 : 0)),
  );
  const description = `binary cross-entropy of ${probabilities ? 'probabilities' : 'logits'}`;
  return elementTask(binding, over, loss, description, accuracy);
}

/** Heat maps given as arrays, with CenterNet's focal loss. */
export function centernetFocalTask(binding: Binding): TaskKind {
  const over = targetsOf(binding);
  checkUnitTargets(binding, over);
  return elementTask(binding, over, centernetFocal, 'focal loss of heat-map logits', null);
}

function elementTask(
  binding: Binding,
  over: ElementTargets,
  loss: ElementLoss,
  description: string,
  metric: SampleMetric | null,
): TaskKind {
  const shape = squeeze(soleOutput(binding).sampleShape);
  return {
    description,
    loss: elementwiseLoss(over, binding.spec.reduction ?? 'mean', loss),
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

function targetsOf(binding: Binding): ElementTargets {
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

function checkUnitTargets(binding: Binding, { targets, elements }: ElementTargets) {
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
