import type { Sample } from '../alignment';
import type { Picture } from '../drawing';
import { elementPicture } from '../elementwise/draw';
import type { Values } from '../kind';

/** The output beside the unpruned model's. */
export function drawValues(shape: Sample, own: Values, output: Values): Picture {
  const elements = own.length;
  return elementPicture(shape, { elements, truth: (element) => own[element] ?? NaN }, output);
}
