import { agreementTask } from './agreement/agreement';
import { elementCount } from './alignment';
import { taskError, type Binding } from './arrays';
import { crossEntropyTask } from './classification/cross-entropy';
import { binaryCrossEntropyTask, centernetFocalTask, l1Task, mseTask, smoothL1Task } from './elementwise';
import { taskOf, type TaskKind } from './kind';
import type { DescribedTask, LossName, TaskInputs, TaskOutput, TaskSpec } from './task';

const kinds: Readonly<Record<LossName, (binding: Binding) => TaskKind>> = {
  'cross-entropy': crossEntropyTask,
  'binary-cross-entropy': binaryCrossEntropyTask,
  mse: mseTask,
  l1: l1Task,
  'smooth-l1': smoothL1Task,
  'centernet-focal': centernetFocalTask,
  agreement: agreementTask,
};

/**
 * Binds a task to its arrays and to what the unpruned model gives for its outputs. Whether an output holds logits or
 * probabilities is told by the unpruned model's values.
 *
 * @throws InputError when an array is missing, has the wrong shape or values out of range, or an output is not finite
 */
export function bindTask(spec: TaskSpec, inputs: TaskInputs, outputs: readonly TaskOutput[]): DescribedTask {
  const binding: Binding = { spec, inputs, outputs };
  checkOutputs(binding);
  return taskOf(binding, kindOf(binding));
}

/** What the task's loss makes of the binding, sample by sample. */
export const kindOf = (binding: Binding): TaskKind => kinds[binding.spec.loss](binding);

function checkOutputs(binding: Binding) {
  for (const output of binding.outputs) {
    const bad = output.reference.findIndex((value) => !Number.isFinite(value));
    if (bad < 0) continue;
    throw taskError(
      binding,
      `, output "${output.name}"`,
      `the unpruned model gives ${String(output.reference[bad])} for sample ${Math.floor(bad / elementCount(output.sampleShape))} (counted from 0).`,
      'Check the scale, mean and std of the calibration, and the model.',
    );
  }
}
