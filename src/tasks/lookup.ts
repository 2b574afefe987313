import type { NamedArray } from '../calibration/calibration';
import { elementCount } from './alignment';

/** Reads an array at an output's (or map's) element of a sample. */
export class Lookup {
  private readonly data: NamedArray['data'];
  private readonly sampleSize: number;
  private readonly index: Int32Array;

  /** `index[e]` is the place of element e in the array's sample. */
  constructor(array: NamedArray, index: Int32Array) {
    this.data = array.data;
    this.sampleSize = elementCount(array.shape.slice(1));
    this.index = index;
  }

  /** @param sample counted from the first of the calibration set */
  at(sample: number, element: number): number {
    return this.data[sample * this.sampleSize + (this.index[element] ?? 0)] ?? NaN;
  }
}
