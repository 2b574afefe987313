import type { NamedArray } from '../calibration/calibration';
import { InputError } from '../util/errors';
import { alignElements, elementCount, type Sample } from './alignment';
import { Lookup } from './lookup';
import { labelNames, type TaskInputs, type TaskOutput, type TaskSpec } from './task';

/** What a task is bound to; carried together because every message names it. */
export interface Binding {
  readonly spec: TaskSpec;
  readonly inputs: TaskInputs;
  /** In the order of the spec. */
  readonly outputs: readonly TaskOutput[];
}

export const sampleOf = (array: NamedArray): Sample => array.shape.slice(1);
export const shapeText = (shape: Sample): string =>
  shape.length === 0 ? 'a single number' : shape.join('×');

export function taskError(
  { spec, inputs }: Binding,
  place: string,
  problem: string,
  advice: string,
): InputError {
  return new InputError({ file: inputs.file, place: `task "${spec.name}"${place}`, problem, advice });
}

/** The output of a task that reads only one. */
export function soleOutput(binding: Binding): TaskOutput {
  const [output] = requireOutputs(binding, 1);
  if (!output) throw new Error('One output was asked for.');
  return output;
}

/** The outputs of a task that reads so many. */
export function requireOutputs(binding: Binding, count: number): readonly TaskOutput[] {
  const { spec, outputs } = binding;
  if (outputs.length === count) return outputs;
  throw taskError(
    binding,
    '',
    `the loss ${spec.loss} reads ${count === 1 ? 'one output' : `${count} outputs`}, and ${outputs.length} are named.`,
    count === 1 ? 'Make a task of each output.' : 'Name them as a list: "output": ["…", "…"].',
  );
}

/** The task's only label array, complete and finite. */
export function labelArray(binding: Binding): NamedArray {
  const [array] = labelArrays(binding, 1);
  if (!array) throw new Error('One label array was asked for.');
  return array;
}

/** So many label arrays as the loss wants, complete, and finite unless `unknown` values are allowed. */
export function labelArrays(binding: Binding, count: number, unknown = false): readonly NamedArray[] {
  const { spec } = binding;
  const names = labelNames(spec);
  if (names.length === 0) {
    throw taskError(
      binding,
      '',
      `the loss ${spec.loss} needs labels.`,
      `${listArrays(binding)} Name ${count === 1 ? 'one' : `${count} of them`} as "labels", or use the loss "agreement", which needs none.`,
    );
  }
  if (names.length !== count) {
    throw taskError(
      binding,
      '',
      `the loss ${spec.loss} reads ${count === 1 ? 'one label array' : `${count} label arrays`}, and ${names.length} are named.`,
      `${listArrays(binding)} Name ${count === 1 ? 'one of these' : 'them as a list: "labels": ["…", "…"]'}.`,
    );
  }
  return names.map((name) => findArray(binding, 'labels', name, unknown));
}

/** Says for an element of the output, or of its positions, whether it counts; `null` when all do. */
export function maskLookup(binding: Binding, over: Sample): Lookup | null {
  const { spec } = binding;
  if (spec.mask === undefined) return null;
  const mask = findArray(binding, 'mask', spec.mask, false);
  const index = alignElements(over, sampleOf(mask), true);
  if (index) return new Lookup(mask, index);
  throw taskError(
    binding,
    `, mask "${mask.name}"`,
    `a sample of it is ${shapeText(sampleOf(mask))}, which does not lie over ${shapeText(over)}.`,
    'Give one number for each position of the output.',
  );
}

function findArray(binding: Binding, key: 'labels' | 'mask', name: string, unknown: boolean): NamedArray {
  const { inputs } = binding;
  const array = inputs.arrays.get(name);
  if (!array) {
    const problem = `there is no array "${name}" for its ${key}.`;
    throw taskError(binding, '', problem, `${listArrays(binding)} Name one of these.`);
  }
  const samples = array.shape[0] ?? 0;
  if (samples < inputs.count) {
    throw taskError(
      binding,
      `, ${key} "${name}"`,
      `it has ${samples} samples, but the input has ${inputs.count}.`,
      'Save the same number of each, in the same order.',
    );
  }
  if (unknown) return array;
  const size = elementCount(sampleOf(array));
  const used = array.data.subarray(0, inputs.count * size);
  const bad = used.findIndex((value: number) => !Number.isFinite(value));
  if (bad >= 0) {
    throw taskError(
      binding,
      `, ${key} "${name}"`,
      `sample ${Math.floor(bad / size)} (counted from 0) holds ${String(used[bad])}.`,
      'Replace it by a number, or leave that sample out.',
    );
  }
  return array;
}

function listArrays({ inputs }: Binding): string {
  const names = [...inputs.arrays.keys()].map((name) => `"${name}"`);
  return names.length > 0 ? `The file has ${names.join(', ')}.` : 'The file has no arrays beside the input.';
}
