import { agreementTask } from './agreement';
import { elementCount } from './alignment';
import { taskError, type Binding } from './arrays';
import { classificationTask } from './classification';
import { elementwiseTask } from './elementwise';
import type { DescribedTask, TaskInputs, TaskOutput, TaskSpec } from './task';

/**
 * Binds a task to its arrays and to what the unpruned model gives for its output. Whether the output holds logits or
 * probabilities is told by the unpruned model's values.
 *
 * @throws InputError when an array is missing, has the wrong shape or values out of range, or the output is not finite
 */
export function bindTask(spec: TaskSpec, inputs: TaskInputs, output: TaskOutput): DescribedTask {
  const binding: Binding = { spec, inputs, output };
  checkOutput(binding);
  const task = bindLoss(binding);
  return { ...task, losses: (batch) => task.losses(batch).map(infiniteIfNaN) };
}

function bindLoss(binding: Binding): DescribedTask {
  const { loss } = binding.spec;
  switch (loss) {
    case 'cross-entropy':
      return classificationTask(binding);
    case 'agreement':
      return agreementTask(binding);
    default:
      return elementwiseTask(binding, loss);
  }
}

function checkOutput(binding: Binding) {
  const { output } = binding;
  const bad = output.reference.findIndex((value) => !Number.isFinite(value));
  if (bad < 0) return;
  throw taskError(
    binding,
    `, output "${output.name}"`,
    `the unpruned model gives ${String(output.reference[bad])} for sample ${Math.floor(bad / elementCount(output.sampleShape))} (counted from 0).`,
    'Check the scale, mean and std of the calibration, and the model.',
  );
}

const infiniteIfNaN = (loss: number): number => (Number.isNaN(loss) ? Infinity : loss);
