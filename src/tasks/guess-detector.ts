import type { NamedArray } from '../calibration/calibration';
import { sampleOf } from './arrays';
import type { OutputShape } from './guess';
import type { TaskSpec } from './task';

/** The tasks of a detector's components, with the outputs and arrays that they take. */
export interface DetectorGuess {
  readonly tasks: readonly TaskSpec[];
  readonly outputs: readonly OutputShape[];
  readonly arrays: readonly NamedArray[];
}

/** A head that can be told without its anchors, for boxes with classes; else none. */
export function guessDetector(
  outputs: readonly OutputShape[],
  arrays: readonly NamedArray[],
): DetectorGuess | null {
  const labels = objectArrays(arrays);
  if (!labels) return null;
  const tasks =
    centernetTasks(outputs, labels) ?? yoloTasks(outputs, labels) ?? ssdTasks(outputs, labels) ?? [];
  const names = new Set(tasks.flatMap(({ output }) => output));
  const taken = outputs.filter(({ name }) => names.has(name));
  return taken.length > 0 ? { tasks, outputs: taken, arrays: labels } : null;
}

/** Boxes (objects × 4) and the classes of as many objects; crowds where they are given. */
function objectArrays(arrays: readonly NamedArray[]): readonly NamedArray[] | null {
  const boxes = arrays.find((array) => /box/i.test(array.name) && sampleOf(array).at(-1) === 4);
  const objects = boxes && sampleOf(boxes)[0];
  const each = arrays.filter((array) => sampleOf(array).length === 1 && sampleOf(array)[0] === objects);
  const classes = each.find(({ name }) => /class|label|categ/i.test(name));
  if (!boxes || !classes) return null;
  const crowd = each.find(({ name }) => /crowd/i.test(name));
  return crowd ? [boxes, classes, crowd] : [boxes, classes];
}

function largestClass([, classes]: readonly NamedArray[]): number {
  let largest = 0;
  for (const label of classes?.data ?? []) largest = Math.max(largest, label);
  return largest;
}

/** Heat, size and offset on one grid, told by their names. */
function centernetTasks(outputs: readonly OutputShape[], labels: readonly NamedArray[]): TaskSpec[] | null {
  const maps = outputs.filter(({ sampleShape }) => sampleShape.length === 3);
  const named = (pattern: RegExp) => maps.find(({ name }) => pattern.test(name));
  const [heat, size, offset] = [named(/heat|^hm|center|centre/i), named(/size|wh/i), named(/off|reg/i)];
  if (!heat || !size || !offset || new Set([heat, size, offset]).size < 3) return null;
  const output = [heat.name, size.name, offset.name];
  return components(output, labels, [
    [heat.name, 'centernet-heat'],
    [size.name, 'centernet-size'],
    [offset.name, 'centernet-offset'],
  ]);
}

/** Three scales, each half as fine as the one before, of three anchors with 5 values and one for each class. */
function yoloTasks(outputs: readonly OutputShape[], labels: readonly NamedArray[]): TaskSpec[] | null {
  const heads = outputs.filter(({ sampleShape }) => isYoloHead(sampleShape, largestClass(labels)));
  const sorted = heads.toSorted((a, b) => sizeOf(b) - sizeOf(a));
  if (sorted.length !== 3 || sorted.some((head, i) => i > 0 && sizeOf(head) * 4 !== sizeOf(sorted[i - 1])))
    return null;
  return components(
    sorted.map(({ name }) => name),
    labels,
    [
      ['box', 'yolo-box'],
      ['objectness', 'yolo-objectness'],
      ['class', 'yolo-class'],
    ],
  );
}

function isYoloHead(shape: readonly number[], largest: number): boolean {
  const values = [shape[0], shape.at(-1)].map((channels = 0) =>
    shape.length === 4 ? channels : channels / 3,
  );
  return (
    shape.length >= 3 && values.some((value) => Number.isInteger(value) && value >= 6 && value > 5 + largest)
  );
}

const sizeOf = (output: OutputShape | undefined): number =>
  output?.sampleShape.reduce((product, length) => product * length, 1) ?? NaN;

/** SSD300's default boxes; those of others must be given. */
function ssdTasks(outputs: readonly OutputShape[], labels: readonly NamedArray[]): TaskSpec[] | null {
  const heads = outputs.filter(({ sampleShape }) => sampleShape.length === 2 && sampleShape[0] === 8732);
  const location = heads.find(({ sampleShape }) => sampleShape[1] === 4);
  const confidence = heads.find(({ sampleShape }) => (sampleShape[1] ?? 0) > largestClass(labels) + 1);
  if (!location || !confidence || location === confidence) return null;
  return components([location.name, confidence.name], labels, [
    ['location', 'ssd-location'],
    ['confidence', 'ssd-confidence'],
  ]);
}

const components = (
  output: readonly string[],
  labels: readonly NamedArray[],
  parts: readonly (readonly [name: string, loss: TaskSpec['loss']])[],
): TaskSpec[] =>
  parts.map(([name, loss]) => ({ name, loss, output, labels: labels.map((array) => array.name) }));
