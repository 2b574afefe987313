import type { CalibrationFile, CalibrationSet, CalibrationSpec } from '../calibration/calibration';
import { measureValues } from '../engine/measure-values';
import type { BoundOutput, Setup } from '../session/setup';
import { bindTask } from '../tasks/bind';
import { labelNames } from '../tasks/task';
import { comparesWithUnpruned } from '../tasks/catalogue';
import { InputError } from '../util/errors';
import { augmentationFor } from './augmentation';
import { tuningData } from './data';
import { examine, modelFigures } from './figures';
import type { Tuning } from './fine-tune';
import type { Network } from './network';
import type { RecoverySession } from './session';
import type { RecoverSettings } from './settings';

export interface RecoveryParts {
  readonly setup: Setup;
  /** How the calibration set was read, and its file's name for messages. */
  readonly spec: CalibrationSpec;
  readonly calibrationFile: string;
  /** The model's own axis order. */
  readonly modelLayout: 'NCHW' | 'NHWC';
  /** Sets for fine-tuning; without them parts of the calibration set are used. */
  readonly train: CalibrationFile | null;
  readonly validation: CalibrationFile | null;
}

/**
 * Binds the tasks to all the sets that a recovery needs, and measures the unpruned network on them.
 * @throws InputError when a set does not fit the model or its labels the tasks
 */
export async function openRecovery(
  parts: RecoveryParts,
  settings: RecoverSettings | null,
): Promise<RecoverySession> {
  const { graph: original, channels, set, tasks } = parts.setup;
  const calibration = { set, tasks };
  const unpruned: Network = { graph: original, keep: new Map() };
  return {
    reference: { original, channels, set },
    calibration,
    original: modelFigures(channels, unpruned, await examine(channels, unpruned, calibration)),
    tuning: settings?.methods.includes('fine-tune') ? await openTuning(parts, settings, unpruned) : null,
  };
}

/** What would stop a recovery, or a person should know before it, found without running anything. */
export async function checkRecovery(
  parts: RecoveryParts,
  settings: RecoverSettings,
): Promise<{ readonly problems: readonly string[]; readonly warnings: readonly string[] }> {
  if (!settings.methods.includes('fine-tune')) return { problems: [], warnings: [] };
  try {
    const { data, tasks } = await bindTuning(parts, settings);
    const specs = tasks.map(({ task }) => task.spec);
    augmentationFor(settings.fineTune.augment, data, specs);
    return { problems: [], warnings: data.warnings };
  } catch (error) {
    if (!(error instanceof InputError)) throw error;
    return { problems: [error.message], warnings: [] };
  }
}

async function openTuning(
  parts: RecoveryParts,
  settings: RecoverSettings,
  unpruned: Network,
): Promise<Tuning> {
  const bound = await bindTuning(parts, settings);
  return { ...bound, original: await examine(parts.setup.channels, unpruned, bound.validation) };
}

async function bindTuning(
  { setup, spec, calibrationFile, modelLayout, train, validation }: RecoveryParts,
  { fineTune }: RecoverSettings,
): Promise<Omit<Tuning, 'original'>> {
  const [input] = setup.graph.inputs;
  if (!input) throw new Error('The graph has no input.');
  const arrays = setup.tasks.flatMap(({ task }) => [
    ...labelNames(task.spec),
    ...(task.spec.mask === undefined ? [] : [task.spec.mask]),
  ]);
  const data = tuningData(
    { calibration: { file: calibrationFile, set: setup.set }, train, validation },
    { spec, input, modelLayout, arrays: [...new Set(arrays)] },
    fineTune,
  );
  const judged = await bindTo(setup, data.validation, data.files[1]);
  return {
    data,
    tasks: await bindTo(setup, data.train, data.files[0]),
    validation: { set: data.validation, tasks: judged },
  };
}

/** The tasks with the labels of another set; where they compare with the unpruned network, its outputs there. */
async function bindTo(
  { graph, tasks }: Setup,
  set: CalibrationSet,
  file: string,
): Promise<readonly BoundOutput[]> {
  const bound: BoundOutput[] = [];
  for (const { binding, values } of tasks) {
    const { spec } = binding;
    const inputs = { ...binding.inputs, count: set.count, file, arrays: set.arrays };
    const measured = comparesWithUnpruned(spec.loss)
      ? await measureValues(graph, set, values, set.count)
      : [];
    const outputs = binding.outputs.map((output, index) => ({
      ...output,
      reference: measured[index] ?? output.reference,
    }));
    bound.push({ task: bindTask(spec, inputs, outputs), values, binding: { spec, inputs, outputs } });
  }
  return bound;
}
