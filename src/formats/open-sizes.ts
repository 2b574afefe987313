import type { Dim } from '../graph/graph';

/** Taken for the height and width of an image that a file leaves open; a multiple of every usual stride. */
const USUAL_SIDE = 256;

/**
 * The sizes of an image whose channels are known, last or first, with those that the file leaves open filled in.
 * @param shape the batch first; sizes that stay unknown stay `null`
 */
export function withUsualSides(shape: readonly Dim[]): Dim[] {
  const [, first = null, , last = null] = shape;
  if (shape.length !== 4 || (last ?? first) === null) return [...shape];
  const isSide = (axis: number) => (last !== null ? axis === 1 || axis === 2 : axis > 1);
  return shape.map((dim, axis) => dim ?? (isSide(axis) ? USUAL_SIDE : null));
}

/** What to tell where sizes were filled in; nothing where none were. */
export function assumedSizes(name: string, declared: readonly Dim[], sized: readonly Dim[]): string[] {
  if (sized.every((dim, axis) => dim === declared[axis])) return [];
  return [`The file leaves the size of the input "${name}" open; ${sized.slice(1).join('×')} was assumed.`];
}
