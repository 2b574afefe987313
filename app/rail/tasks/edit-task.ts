import { catalogue, countsPositions, lossGroups, type LossEntry } from '../../../src/tasks/catalogue';
import { lossNames, type LossName } from '../../../src/tasks/loss-names';
import type { TaskOptions } from '../../../src/tasks/options';
import { labelNames, outputNames, type TaskSpec } from '../../../src/tasks/task';

/** The losses of each group, in the order of the list. */
export const groupedLosses = lossGroups.map((group) => ({
  group,
  losses: lossNames.filter((loss) => catalogue[loss].group === group),
}));

/**
 * The task with another loss: outputs and arrays are kept as far as the loss reads so many, others are chosen by what
 * they are called, and options that it does not know are left out.
 */
export function withLoss(
  task: TaskSpec,
  loss: LossName,
  outputs: readonly string[],
  arrays: readonly string[],
): TaskSpec {
  const entry = catalogue[loss];
  const { name, weight, mask, reduction } = task;
  const labels = fill(labelNames(task), requiredLabels(entry), entry.labels, arrays);
  const known = Object.fromEntries(
    entry.options.flatMap((key) => (task[key] === undefined ? [] : [[key, task[key]]])),
  );
  return {
    name,
    loss,
    output: single(fill(outputNames(task), outputCount(entry), rolesOf(entry), outputs)),
    ...(labels.length > 0 ? { labels: single(labels) } : {}),
    ...(weight === undefined ? {} : { weight }),
    ...(mask === undefined || !countsPositions(loss) ? {} : { mask }),
    ...(reduction === undefined || !countsPositions(loss) ? {} : { reduction }),
    ...known,
  };
}

/** The task with one of its outputs changed; empty takes it away. */
export function withOutput(task: TaskSpec, index: number, name: string): TaskSpec {
  const names = replaced(outputNames(task), index, name);
  return names.length > 0 ? { ...task, output: single(names) } : task;
}

/** The task with one of its label arrays changed; empty takes it away. */
export function withLabels(task: TaskSpec, index: number, name: string): TaskSpec {
  const { labels, ...rest } = task;
  const names = replaced(labelNames({ labels: labels ?? [] }), index, name);
  return names.length > 0 ? { ...rest, labels: single(names) } : rest;
}

/** The task with an option set, or left out. */
export function withOption<Key extends keyof TaskOptions | 'mask' | 'reduction'>(
  task: TaskSpec,
  key: Key,
  value: TaskSpec[Key] | undefined,
): TaskSpec {
  const entries = Object.entries<unknown>({ ...task, [key]: value }).filter(([, one]) => one !== undefined);
  // Only an option was left out, and options may be.
  return Object.fromEntries(entries) as unknown as TaskSpec;
}

export const requiredLabels = ({ labels, requiredLabels: required = labels.length }: LossEntry): number =>
  required;

const rolesOf = ({ outputs }: LossEntry): readonly string[] => (outputs === 'many' ? [] : outputs);
const outputCount = (entry: LossEntry): number | null =>
  entry.outputs === 'many' ? null : entry.outputs.length;

/** As many names as are wanted (`null`: those there are): the given ones, or those that sound like a role. */
function fill(
  given: readonly string[],
  count: number | null,
  roles: readonly string[],
  offered: readonly string[],
): readonly string[] {
  if (count === null || given.length === count) return given;
  return Array.from({ length: count }, (_, index) => {
    const role = roles[index]?.toLowerCase() ?? '';
    const likely = offered.find((name) => name.toLowerCase().includes(role) && role !== '');
    return likely ?? given[index] ?? offered[index] ?? '';
  });
}

function replaced(names: readonly string[], index: number, name: string): readonly string[] {
  const changed = index < names.length ? names.with(index, name) : [...names, name];
  return changed.filter((one) => one !== '');
}

/** A list of one is written as the name alone. */
function single(names: readonly string[]): string | readonly string[] {
  const [only] = names;
  return names.length === 1 && only !== undefined ? only : names;
}
