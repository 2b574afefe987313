import { alignElements, elementCount } from './alignment';
import { labelArray, maskLookup, sampleOf, shapeText, taskError, type Binding } from './arrays';
import { Lookup } from './lookup';
import { logitBinaryCrossEntropy, probabilityBinaryCrossEntropy } from './losses/binary-cross-entropy';
import { centernetFocal } from './losses/centernet-focal';
import { absoluteError } from './losses/l1';
import { squaredError } from './losses/mse';
import { smoothAbsoluteError } from './losses/smooth-l1';
import { reduceSamples, total } from './sample-reduction';
import type { DescribedTask, OutputBatch } from './task';

export type ElementwiseLossName = 'binary-cross-entropy' | 'mse' | 'l1' | 'smooth-l1' | 'centernet-focal';

type OfElement = (output: number, target: number) => number;

interface Kind {
  readonly loss: OfElement;
  readonly metric: OfElement | null;
  readonly metricName: string | null;
  readonly higherIsBetter: boolean;
  readonly description: string;
}

/** A task whose loss is a sum or mean over the output's elements, each against its own target. */
export function elementwiseTask(binding: Binding, name: ElementwiseLossName): DescribedTask {
  const { spec, output } = binding;
  const targets = targetLookup(binding);
  const elements = elementCount(output.sampleShape);
  if (name === 'binary-cross-entropy' || name === 'centernet-focal')
    checkUnitTargets(binding, targets, elements);
  const { loss, metric, metricName, higherIsBetter, description } = kindOf(binding, name);
  const mask = maskLookup(binding, output.sampleShape);

  const reduce = (batch: OutputBatch, reduction: 'mean' | 'sum', empty: number, of: OfElement) =>
    reduceSamples(batch, elements, mask, reduction, empty, (sample, index) =>
      of(batch.data[sample * elements + index] ?? NaN, targets.at(batch.first + sample, index)),
    );
  return {
    spec,
    description,
    metricName,
    metricHigherIsBetter: higherIsBetter,
    losses: (batch) => reduce(batch, spec.reduction ?? 'mean', 0, loss),
    metric: (batch) => (metric ? total(reduce(batch, 'mean', higherIsBetter ? 1 : 0, metric)) : 0),
  };
}

function kindOf({ output }: Binding, name: ElementwiseLossName): Kind {
  const error = { metric: absoluteError, metricName: 'MAE', higherIsBetter: false };
  switch (name) {
    case 'mse':
      return { ...error, loss: squaredError, description: 'squared error' };
    case 'l1':
      return { ...error, loss: absoluteError, description: 'absolute error' };
    case 'smooth-l1':
      return { ...error, loss: smoothAbsoluteError, description: 'smooth absolute error (beta 1)' };
    case 'centernet-focal': {
      const description = 'focal loss of heat-map logits';
      return { loss: centernetFocal, metric: null, metricName: null, higherIsBetter: true, description };
    }
    case 'binary-cross-entropy': {
      const probabilities = output.reference.every((value) => value >= 0 && value <= 1);
      const boundary = probabilities ? 0.5 : 0;
      return {
        loss: probabilities ? probabilityBinaryCrossEntropy : logitBinaryCrossEntropy,
        metric: (value, target) => (value > boundary === target > 0.5 ? 1 : 0),
        metricName: 'accuracy',
        higherIsBetter: true,
        description: `binary cross-entropy of ${probabilities ? 'probabilities' : 'logits'}`,
      };
    }
  }
}

function targetLookup(binding: Binding): Lookup {
  const { output } = binding;
  const labels = labelArray(binding);
  const index = alignElements(output.sampleShape, sampleOf(labels), false);
  if (index) return new Lookup(labels, index);
  throw taskError(
    binding,
    `, labels "${labels.name}"`,
    `a sample of them is ${shapeText(sampleOf(labels))}, but one of the output "${output.name}" is ${shapeText(output.sampleShape)}.`,
    'Give one target for each value of the output, or choose another output or loss.',
  );
}

function checkUnitTargets(binding: Binding, targets: Lookup, elements: number) {
  for (let sample = 0; sample < binding.inputs.count; sample++) {
    for (let index = 0; index < elements; index++) {
      const target = targets.at(sample, index);
      if (target >= 0 && target <= 1) continue;
      throw taskError(
        binding,
        `, labels "${binding.spec.labels ?? ''}"`,
        `sample ${sample} (counted from 0) holds ${target}, and the loss ${binding.spec.loss} wants 0 to 1.`,
        'Scale the labels to 0 … 1, or choose another loss.',
      );
    }
  }
}
