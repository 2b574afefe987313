import type { NamedArray } from '../../../calibration/calibration';
import { moveMap, type Sampling } from './map';
import { movePoint, type Move } from './move';

/** One sample of an array. */
export interface LabelSample {
  readonly data: NamedArray['data'];
  readonly shape: readonly number[];
}

/**
 * Carries a sample's labels along when its image is moved.
 *
 * @param size height and width of the input, in pixels
 * @returns the label after the move, as long as it was
 */
export type CarryLabel = (
  sample: LabelSample,
  move: Move,
  size: readonly [number, number],
) => ArrayLike<number>;

/** For labels that do not move with the image, such as classes. */
export const staysAsItIs: CarryLabel = ({ data }) => data;

/**
 * For labels shaped like the image, of any resolution; what comes in at the border repeats the border.
 *
 * @param rows the sample's axis of rows, that of columns being the next one
 */
export const movesAsMap =
  (rows: number, sampling: Sampling): CarryLabel =>
  ({ data, shape }, move) =>
    moveMap(data, shape, rows, sampling, move);

/** For points [...,2+]: x and y in the input's pixels, then whatever else stays. */
export const movesAsPoints: CarryLabel = (sample, move, [height, width]) =>
  mapEntries(sample, ([x = 0, y = 0, ...rest]) => {
    const [u, v] = movePoint(x / width, y / height, move);
    return [u * width, v * height, ...rest];
  });

/** For boxes [...,4+]: x and y of two corners in the input's pixels, cut at its borders, then whatever else stays. */
export const movesAsBoxes: CarryLabel = (sample, move, [height, width]) =>
  mapEntries(sample, ([x1 = 0, y1 = 0, x2 = 0, y2 = 0, ...rest]) => {
    const [u1, v1] = movePoint(x1 / width, y1 / height, move);
    const [u2, v2] = movePoint(x2 / width, y2 / height, move);
    const inside = (fraction: number) => Math.min(1, Math.max(0, fraction));
    const [left, right] = [Math.min(u1, u2), Math.max(u1, u2)].map((u) => inside(u) * width);
    const [top, bottom] = [Math.min(v1, v2), Math.max(v1, v2)].map((v) => inside(v) * height);
    return [left ?? 0, top ?? 0, right ?? 0, bottom ?? 0, ...rest];
  });

function mapEntries(
  { data, shape }: LabelSample,
  change: (entry: readonly number[]) => readonly number[],
): readonly number[] {
  const size = shape.at(-1) ?? 1;
  const entries = Array.from({ length: data.length / size }, (_, index) =>
    Array.from(data.subarray(index * size, (index + 1) * size)),
  );
  return entries.flatMap(change);
}
