import { shorten } from '../format/names';
import type { Direction, PlacedBlock, Point } from './layout';

/** A name on the drawing: where its baseline starts, and its slant in degrees. */
export interface NamePlace extends Point {
  readonly text: string;
  readonly angle: number;
}

type Blocks = readonly PlacedBlock[];
interface Frame {
  readonly direction: Direction;
  readonly width: number;
  readonly height: number;
}

/** In pixels on the screen, at any scale. */
export const nameSize = 11.5;
const slant = 42;
/** Shorter names tell nothing. */
const shortest = 5;

/**
 * A place for the name of each block, by its id: above it or below, clear of other blocks and names, shortened as
 * far as need be. Names that fit nowhere are left out.
 */
export function namePlaces(blocks: Blocks, frame: Frame, scale: number): ReadonlyMap<string, NamePlace> {
  const taken: Point[] = [];
  const places = new Map<string, NamePlace>();
  const size = nameSize / scale;
  for (const block of blocks) {
    if (block.block.kind === 'join') continue;
    const near = blocks.filter(
      (other) => other !== block && Math.abs(other.x - block.x) < 10 * size + other.width,
    );
    const place = candidates(block, frame, size).find((candidate) => {
      const points = along(candidate, size);
      return points.every((point) => isFree(point, size, near, taken, frame));
    });
    if (!place) continue;
    places.set(block.block.id, place);
    taken.push(...along(place, size));
  }
  return places;
}

/** The name in full, wherever it lies: for the blocks that matter now. */
export function fullName(block: PlacedBlock, direction: Direction): NamePlace {
  const length = direction === 'LR' ? 14 : 18;
  return named(block, direction, 'above', shorten(block.block.name, length), 0);
}

function candidates(block: PlacedBlock, { direction, height }: Frame, size: number): NamePlace[] {
  const { name } = block.block;
  const longest = Math.min(name.length, direction === 'LR' ? 14 : 18);
  const lengths = Array.from({ length: Math.max(longest - shortest, 0) + 1 }, (_, less) => longest - less);
  const sides: readonly Side[] =
    direction === 'TB' ? ['above'] : block.y > height / 2 ? ['below', 'above'] : ['above', 'below'];
  return lengths.flatMap((length) =>
    sides.map((side) => named(block, direction, side, shorten(name, length), size)),
  );
}

type Side = 'above' | 'below';

function named(
  { x, y, width, height }: PlacedBlock,
  direction: Direction,
  side: Side,
  text: string,
  size: number,
): NamePlace {
  if (direction === 'TB') return { text, x: x - width / 2, y: y - height / 2 - 4, angle: 0 };
  const edge = side === 'above' ? y - height / 2 - 5 : y + height / 2 + 5 + size * 0.6;
  // A slanted “x” would be read as a plus.
  if (text.length < 4)
    return { text, x: x - (text.length * size * letter) / 2, y: edge + (side === 'above' ? 0 : 2), angle: 0 };
  return { text, x: x - 2, y: edge, angle: side === 'above' ? -slant : slant };
}

/** Mean width of a letter over the size of the font. */
const letter = 0.54;

/** Points along the middle of the text, close enough together to be held for the whole. */
function along({ text, x, y, angle }: NamePlace, size: number): Point[] {
  const turn = (angle * Math.PI) / 180;
  const [dx, dy] = [Math.cos(turn), Math.sin(turn)];
  const [startX, startY] = [x + dy * size * 0.35, y - dx * size * 0.35];
  return Array.from({ length: text.length }, (_, index) => {
    const at = (index + 0.5) * size * letter;
    return { x: startX + dx * at, y: startY + dy * at };
  });
}

function isFree(
  { x, y }: Point,
  size: number,
  blocks: Blocks,
  names: readonly Point[],
  frame: Frame,
): boolean {
  const room = size * 0.45;
  if (x < 0 || y < room || x > frame.width || y > frame.height - 2 * room) return false;
  const covered = blocks.some(
    (block) =>
      Math.abs(block.x - x) < block.width / 2 + room && Math.abs(block.y - y) < block.height / 2 + room,
  );
  return !covered && names.every((name) => Math.hypot(name.x - x, name.y - y) > 2 * room);
}
