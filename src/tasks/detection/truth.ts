import { labelArrays, sampleOf, shapeText, taskError, type Binding } from '../arrays';
import { labelNames } from '../task';
import type { Box } from './box';

export interface TrueBox {
  readonly box: Box;
  readonly class: number;
  /** A region of many objects: finding any of them there is neither right nor wrong. */
  readonly crowd: boolean;
}

/** The objects of a sample of the set. */
export type Truth = (sample: number) => readonly TrueBox[];

/**
 * Reads `boxes` [samples, objects, 4] (x1, y1, x2, y2 in pixels of the input), `classes` [samples, objects] with −1 for
 * no object and, where given, `crowd` [samples, objects].
 * @param classes the number of classes that the head has
 */
export function groundTruth(binding: Binding, classes: number): Truth {
  const given = labelNames(binding.spec).length;
  const [boxes, labels, crowd] = labelArrays(binding, given === 3 ? 3 : 2, true);
  if (!boxes || !labels) throw new Error('Two label arrays were asked for.');
  const [most = 0, four] = sampleOf(boxes);
  if (four !== 4 || sampleOf(boxes).length !== 2) {
    throw taskError(
      binding,
      `, labels "${boxes.name}"`,
      `a sample of them is ${shapeText(sampleOf(boxes))}.`,
      'Give x1, y1, x2, y2 for each object (objects × 4), and the array of classes after it.',
    );
  }
  for (const array of crowd ? [labels, crowd] : [labels]) {
    if (sampleOf(array).length === 1 && sampleOf(array)[0] === most) continue;
    throw taskError(
      binding,
      `, labels "${array.name}"`,
      `a sample of them is ${shapeText(sampleOf(array))}, but "${boxes.name}" has ${most} boxes a sample.`,
      'Give one number for each box.',
    );
  }
  const samples = Array.from({ length: binding.inputs.count }, (_, sample) => {
    const found: TrueBox[] = [];
    for (let object = 0; object < most; object++) {
      const at = sample * most + object;
      const label = labels.data[at] ?? NaN;
      if (label === -1) continue;
      const [x1 = NaN, y1 = NaN, x2 = NaN, y2 = NaN] = boxes.data.subarray(at * 4, at * 4 + 4);
      const record = `sample ${sample}, object ${object} (counted from 0)`;
      if (!(Number.isInteger(label) && label >= 0 && label < classes)) {
        throw taskError(
          binding,
          `, labels "${labels.name}"`,
          `${record} has class ${label}, but the head has ${classes} classes (0 to ${classes - 1}).`,
          'Number the classes from 0, without a background, and write −1 where there is no object.',
        );
      }
      if (!(x2 > x1 && y2 > y1 && Number.isFinite(x2 - x1 + y2 - y1))) {
        throw taskError(
          binding,
          `, labels "${boxes.name}"`,
          `${record} has the box ${x1}, ${y1}, ${x2}, ${y2}.`,
          'Give x1, y1, x2, y2 with x1 < x2 and y1 < y2, or the class −1 where there is no object.',
        );
      }
      found.push({ box: [x1, y1, x2, y2], class: label, crowd: (crowd?.data[at] ?? 0) !== 0 });
    }
    return found;
  });
  return (sample) => samples[sample] ?? [];
}

/** What a detector is trained on: crowds left out. */
export const objectsOf = (truth: Truth, sample: number): readonly TrueBox[] =>
  truth(sample).filter(({ crowd }) => !crowd);
