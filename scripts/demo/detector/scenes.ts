import type { Random } from '../../../src/util/random';
import type { Digits } from '../multi-mnist';

export const canvas = 64;
export const classes = 10;
/** Cells of the heat map are so many pixels wide and high. */
export const stride = 4;
export const cells = canvas / stride;
const digitSize = 28;

/** Number of digits in a scene, and the size to which MNIST's 28×28 images are scaled; the ink is about 20/28 of it. */
const digitsPerScene = [2, 5] as const;
const imageSizes = [20, 38] as const;
/** Pixels with more ink belong to the digit. */
const inkThreshold = 96;
/** The largest part of a box that a later one may cover. */
const largestOverlap = 0.1;
const placements = 20;

export interface SceneBox {
  readonly digit: number;
  /** Pixels; the right and bottom edges lie outside. */
  readonly left: number;
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
}

export interface Scenes {
  readonly count: number;
  /** count×64×64, 0 … 255 */
  readonly images: Uint8Array;
  /** count×64×64: 0 = background, 1 + digit elsewhere */
  readonly segments: Uint8Array;
  /** By scene. */
  readonly boxes: readonly (readonly SceneBox[])[];
}

/** Digits of several sizes scattered on a dark canvas; of two that touch the brighter pixel counts. */
export function makeScenes(digits: Digits, count: number, random: Random): Scenes {
  const size = canvas * canvas;
  const images = new Uint8Array(count * size);
  const segments = new Uint8Array(count * size);
  const boxes = Array.from({ length: count }, (_, scene) =>
    drawScene(
      digits,
      images.subarray(scene * size, (scene + 1) * size),
      segments.subarray(scene * size, (scene + 1) * size),
      random,
    ),
  );
  return { count, images, segments, boxes };
}

function drawScene(digits: Digits, image: Uint8Array, segments: Uint8Array, random: Random): SceneBox[] {
  const boxes: SceneBox[] = [];
  const wanted = digitsPerScene[0] + random.integer(digitsPerScene[1] - digitsPerScene[0] + 1);
  for (let each = 0; each < wanted; each++) {
    const index = random.integer(digits.count);
    const digit = digits.labels[index] ?? 0;
    const ink = cropped(scaled(digits, index, imageSizes[0] + random.integer(imageSizes[1] - imageSizes[0])));
    const contrast = 0.6 + 0.4 * random.uniform();
    const place = findPlace(ink, boxes, random);
    if (!place) continue;
    for (let row = 0; row < ink.height; row++) {
      for (let column = 0; column < ink.width; column++) {
        const value = ink.data[row * ink.width + column] ?? 0;
        const at = (place.top + row) * canvas + place.left + column;
        const shown = Math.round(value * contrast);
        if (shown < (image[at] ?? 0)) continue;
        image[at] = shown;
        if (value > inkThreshold) segments[at] = 1 + digit;
      }
    }
    boxes.push({ digit, ...place });
  }
  return boxes;
}

interface Ink {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
}

/** Bilinear, with the centres of pixels aligned. */
function scaled(digits: Digits, index: number, size: number): Ink {
  const start = index * digitSize * digitSize;
  const pixel = (row: number, column: number) =>
    row < 0 || column < 0 || row >= digitSize || column >= digitSize
      ? 0
      : (digits.images[start + row * digitSize + column] ?? 0);
  const data = new Uint8Array(size * size);
  const ratio = digitSize / size;
  for (let row = 0; row < size; row++) {
    const y = (row + 0.5) * ratio - 0.5;
    const top = Math.floor(y);
    for (let column = 0; column < size; column++) {
      const x = (column + 0.5) * ratio - 0.5;
      const left = Math.floor(x);
      const [down, across] = [y - top, x - left];
      const above = pixel(top, left) * (1 - across) + pixel(top, left + 1) * across;
      const below = pixel(top + 1, left) * (1 - across) + pixel(top + 1, left + 1) * across;
      data[row * size + column] = Math.round(above * (1 - down) + below * down);
    }
  }
  return { width: size, height: size, data };
}

/** Cut to the box of the pixels that belong to the digit. */
function cropped({ width, height, data }: Ink): Ink {
  let [left, top, right, bottom] = [width, height, 0, 0];
  data.forEach((value, at) => {
    if (value <= inkThreshold) return;
    const [row, column] = [Math.floor(at / width), at % width];
    left = Math.min(left, column);
    right = Math.max(right, column + 1);
    top = Math.min(top, row);
    bottom = Math.max(bottom, row + 1);
  });
  const [wide, high] = [right - left, bottom - top];
  const kept = Uint8Array.from(
    { length: wide * high },
    (_, at) => data[(top + Math.floor(at / wide)) * width + left + (at % wide)] ?? 0,
  );
  return { width: wide, height: high, data: kept };
}

type Place = Omit<SceneBox, 'digit'>;

function findPlace({ width, height }: Ink, boxes: readonly Place[], random: Random): Place | null {
  for (let attempt = 0; attempt < placements; attempt++) {
    const left = random.integer(canvas - width + 1);
    const top = random.integer(canvas - height + 1);
    const place = { left, top, right: left + width, bottom: top + height };
    if (boxes.every((box) => overlap(place, box) <= largestOverlap)) return place;
  }
  return null;
}

/** Shared area as a part of the smaller box. */
function overlap(a: Place, b: Place): number {
  const wide = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const high = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return (Math.max(0, wide) * Math.max(0, high)) / Math.min(area(a), area(b));
}

const area = ({ left, top, right, bottom }: Place): number => (right - left) * (bottom - top);
