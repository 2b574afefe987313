import { agreementTask } from './agreement/agreement';
import { boxAgreementTask } from './agreement/boxes';
import { elementCount } from './alignment';
import { taskError, type Binding } from './arrays';
import { crossEntropyTask } from './classification/cross-entropy';
import { expectationTask } from './classification/expectation';
import { focalTask } from './classification/focal';
import { berHuTask, depthL1Task, silogTask } from './depth';
import { centernetTask } from './detection/centernet';
import { roiTask } from './detection/rcnn/roi';
import { rpnTask } from './detection/rcnn/rpn';
import { ssdTask } from './detection/ssd';
import { yoloTask } from './detection/yolo';
import {
  binaryCrossEntropyTask,
  centernetFocalTask,
  huberTask,
  l1Task,
  mseTask,
  rmseTask,
  smoothL1Task,
} from './elementwise';
import { expressionTask } from './expression';
import { keypointTask } from './keypoints';
import { taskOf, type TaskKind } from './kind';
import { normalsCosineTask, normalsL1Task } from './normals';
import { balancedTask } from './segmentation/balanced';
import { diceTask, lovaszTask } from './segmentation/overlap';
import type { DescribedTask, LossName, TaskInputs, TaskOutput, TaskSpec } from './task';

const kinds: Readonly<Record<LossName, (binding: Binding) => TaskKind>> = {
  'cross-entropy': crossEntropyTask,
  'binary-cross-entropy': binaryCrossEntropyTask,
  focal: focalTask,
  expectation: expectationTask,
  mse: mseTask,
  l1: l1Task,
  'smooth-l1': smoothL1Task,
  huber: huberTask,
  rmse: rmseTask,
  dice: diceTask,
  lovasz: lovaszTask,
  'balanced-bce': balancedTask,
  'depth-l1': depthL1Task,
  berhu: berHuTask,
  silog: silogTask,
  'normals-cosine': normalsCosineTask,
  'normals-l1': normalsL1Task,
  'centernet-focal': centernetFocalTask,
  'keypoint-heatmap': keypointTask,
  'centernet-heat': centernetTask('heat'),
  'centernet-size': centernetTask('size'),
  'centernet-offset': centernetTask('offset'),
  'ssd-confidence': ssdTask('confidence'),
  'ssd-location': ssdTask('location'),
  'yolo-box': yoloTask('box'),
  'yolo-objectness': yoloTask('objectness'),
  'yolo-class': yoloTask('class'),
  'rpn-objectness': rpnTask('objectness'),
  'rpn-box': rpnTask('box'),
  'roi-class': roiTask('class'),
  'roi-box': roiTask('box'),
  agreement: agreementTask,
  'box-agreement': boxAgreementTask,
  expression: expressionTask,
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
