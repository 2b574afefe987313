import type { TrueBox } from '../truth';
import type { CentreBox } from '../overlap';
import type { YoloHead } from './heads';

/** An anchor in a cell that answers for an object. */
export interface Match {
  readonly anchor: number;
  readonly column: number;
  readonly row: number;
  readonly cell: number;
  readonly class: number;
  /** The object relative to the cell's corner, in cells. */
  readonly target: CentreBox;
}

/** A scale that counts, with its matches in a sample. */
export interface CountedScale {
  /** Its number among the outputs. */
  readonly output: number;
  readonly head: YoloHead;
  /** What its objectness counts for against other scales'. */
  readonly balance: number;
  readonly matchesOf: (sample: number) => readonly Match[];
}

/** Anchors answer for objects whose sides are less than this many times theirs, and more than a fraction as small. */
const largestRatio = 4;

/** The object's own cell, and the neighbours on the sides on which it lies in its cell. */
const neighbours = [
  [0, 0],
  [0.5, 0],
  [0, 0.5],
  [-0.5, 0],
  [0, -0.5],
] as const;

/** Which anchors answer for the objects at a scale: YOLOv5's build_targets, in its order. */
export function matchObjects(head: YoloHead, objects: readonly TrueBox[]): readonly Match[] {
  const { width, height, strideX, strideY, sizes } = head;
  return neighbours.flatMap(([dx, dy]) =>
    sizes.flatMap(([anchorWidth, anchorHeight], anchor) =>
      objects.flatMap(({ box: [x1, y1, x2, y2], class: label }): Match[] => {
        const [x, y] = [(x1 + x2) / 2 / strideX, (y1 + y2) / 2 / strideY];
        const [ratioX, ratioY] = [(x2 - x1) / anchorWidth, (y2 - y1) / anchorHeight];
        const ratio = Math.max(ratioX, 1 / ratioX, ratioY, 1 / ratioY);
        if (ratio >= largestRatio || !reaches(x, width, dx) || !reaches(y, height, dy)) return [];
        const column = clamp(Math.trunc(x - dx), width);
        const row = clamp(Math.trunc(y - dy), height);
        return [
          {
            anchor,
            column,
            row,
            cell: row * width + column,
            class: label,
            target: [x - column, y - row, (x2 - x1) / strideX, (y2 - y1) / strideY],
          },
        ];
      }),
    ),
  );
}

/** Whether the neighbour in a direction answers too: the object lies in the near half of its cell, not at the border. */
function reaches(place: number, cells: number, step: number): boolean {
  if (step === 0) return true;
  const from = step > 0 ? place : cells - place;
  return from % 1 < 0.5 && from > 1;
}

const clamp = (index: number, cells: number): number => Math.min(Math.max(index, 0), cells - 1);
