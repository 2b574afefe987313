import type { CalibrationFile, CalibrationSet, CalibrationSpec } from '../calibration/calibration';
import { prepareCalibration } from '../calibration/index';
import type { Artifact } from '../formats/artifact';
import { analyseChannels } from '../graph/channels';
import type { ChannelMap } from '../graph/channel-types';
import type { Graph, Value } from '../graph/graph';
import { prunableGroups } from '../pruning/order';
import type { PagcpSettings } from '../pruning/recipe';
import { ScheduleError, solveSchedule } from '../pruning/schedule';
import { requireUsableSettings } from '../pruning/settings';
import type { Binding } from '../tasks/arrays';
import { bindTask } from '../tasks/bind';
import { comparesWithUnpruned } from '../tasks/catalogue';
import { labelNames, outputNames, type DescribedTask, type TaskSpec } from '../tasks/task';
import { InputError } from '../util/errors';
import { sampleShape, taskValues, withOutputs } from './outputs';

/** All that a run needs: what was brought, and what the recipe says of it. */
export interface SetupParts {
  readonly artifact: Artifact;
  readonly calibration: CalibrationFile;
  readonly spec: CalibrationSpec;
  readonly tasks: readonly TaskSpec[];
  readonly method: PagcpSettings;
  readonly exclude: readonly string[];
  /** The recipe's file name, for messages. */
  readonly recipeFile?: string;
}

export type SetupPart = 'model' | 'calibration' | 'tasks' | 'thresholds';

/** Told of every problem; may throw it to stop at the first. */
export type OnProblem = (part: SetupPart, task: string | null, problem: InputError) => void;

/** Runs the unpruned model: the values' first `count` samples, row-major in their own axis order. */
export type MeasureValues = (
  graph: Graph,
  set: CalibrationSet,
  values: readonly Value[],
  count: number,
) => Promise<readonly Float32Array[]>;

export interface Setup {
  /** The artifact's graph, with the tasks' values among its outputs. */
  readonly graph: Graph;
  readonly channels: ChannelMap;
  readonly set: CalibrationSet;
  readonly tasks: readonly BoundOutput[];
}

/** A task with the values of the graph it reads, in the order of its outputs, and what it was bound to. */
export interface BoundOutput {
  readonly task: DescribedTask;
  readonly values: readonly Value[];
  /** Plain data: binding it again gives the same task. */
  readonly binding: Binding;
}

/** Enough to tell logits from probabilities; `agreement` needs all samples. */
const samplesToLookAt = 64;

/**
 * Checks everything against everything before a run, and binds it together.
 * @returns `null` when `onProblem` was told of any problem and did not throw
 */
export async function prepareSetup(
  parts: SetupParts,
  measure: MeasureValues,
  onProblem: OnProblem,
): Promise<Setup | null> {
  let problems = 0;
  const attempt = <T>(part: SetupPart, task: string | null, action: () => T): T | null => {
    try {
      return action();
    } catch (error) {
      problems++;
      onProblem(part, task, asInputError(error, parts));
      return null;
    }
  };

  const { artifact } = parts;
  const specs = parts.tasks.flatMap((spec) => {
    const values = attempt('tasks', spec.name, () => taskValues(artifact.graph, artifact.file, spec));
    return values ? [{ spec, values }] : [];
  });
  attempt('tasks', null, () => requireTasks(parts));
  const graph = withOutputs(
    artifact.graph,
    specs.flatMap(({ values }) => values),
  );
  const channels = analyseChannels(graph, { exclude: parts.exclude });
  attempt('thresholds', null, () => {
    requireUsableSettings(parts.method);
    solveSchedule(parts.method, prunableGroups(channels.groups).length);
  });
  const set = attempt('calibration', null, () => calibrationSet(parts));
  if (!set) return null;

  const references = await measureReferences(graph, set, specs, measure);
  const inputs = {
    count: set.count,
    file: parts.calibration.file,
    arrays: set.arrays,
    ...imageSize(set),
  };
  const tasks = specs.flatMap(({ spec, values }) => {
    const names = outputNames(spec);
    const outputs = values.map((value, index) => ({
      name: names[index] ?? value.name,
      sampleShape: sampleShape(value),
      reference: references.get(value) ?? new Float32Array(),
    }));
    const task = attempt('tasks', spec.name, () => bindTask(spec, inputs, outputs));
    return task ? [{ task, values, binding: { spec, inputs, outputs } }] : [];
  });
  return problems === 0 ? { graph, channels, set, tasks } : null;
}

function calibrationSet({ artifact, calibration, spec, tasks }: SetupParts): CalibrationSet {
  const [input, ...others] = artifact.graph.inputs;
  if (!input || others.length > 0) {
    throw new InputError({
      file: artifact.file,
      problem: `the model has ${artifact.graph.inputs.length} inputs.`,
      advice: 'Export a model with one input; a calibration set feeds one.',
    });
  }
  const used = tasks.flatMap((task) => [
    ...labelNames(task),
    ...(task.mask === undefined ? [] : [task.mask]),
  ]);
  return prepareCalibration(calibration, spec, input, {
    modelLayout: artifact.format.startsWith('onnx') ? 'NCHW' : 'NHWC',
    arrays: [...new Set(used)],
  });
}

/** Height and width of the network's input where it is an image; its channels are the shorter end. */
function imageSize({ sampleShape }: CalibrationSet): { readonly imageSize?: readonly number[] } {
  const [first = 0, second = 0, third = 0] = sampleShape;
  if (sampleShape.length !== 3) return {};
  return { imageSize: first < third ? [second, third] : [first, second] };
}

async function measureReferences(
  graph: Graph,
  set: CalibrationSet,
  specs: readonly { readonly spec: TaskSpec; readonly values: readonly Value[] }[],
  measure: MeasureValues,
): Promise<ReadonlyMap<Value, Float32Array>> {
  const values = [...new Set(specs.flatMap((each) => each.values))];
  if (values.length === 0) return new Map();
  const all = specs.some(({ spec }) => comparesWithUnpruned(spec.loss));
  const count = all ? set.count : Math.min(set.count, samplesToLookAt);
  const measured = await measure(graph, set, values, count);
  return new Map(values.map((value, index) => [value, measured[index] ?? new Float32Array()]));
}

function requireTasks({ tasks, recipeFile: file = 'recipe' }: SetupParts) {
  const place = 'tasks';
  if (tasks.length === 0) {
    const advice = 'Add one for each output that matters.';
    throw new InputError({ file, place, problem: 'there is no task.', advice });
  }
  const twice = tasks.find(({ name }, index) => tasks.findIndex((task) => task.name === name) < index);
  if (twice) {
    const problem = `two tasks are called "${twice.name}".`;
    throw new InputError({ file, place, problem, advice: 'Give each task a name of its own.' });
  }
}

/**
 * Errors of the settings and the schedule are about the recipe, here known by its name. Anything that is not about
 * the input is passed on.
 */
function asInputError(error: unknown, { recipeFile: file = 'recipe' }: SetupParts): InputError {
  if (error instanceof ScheduleError) {
    return new InputError({ file, place: 'method', problem: error.message, advice: '' });
  }
  if (!(error instanceof InputError)) throw error;
  const { place, problem, advice } = error;
  return error.file === 'recipe' ? new InputError({ file, place, problem, advice }) : error;
}
