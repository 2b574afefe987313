import { expect, it } from 'vitest';
import { Random } from '../../src/util/random';
import { canvas, makePairs, readMnist, sliceDigits, type Digits } from './multi-mnist';

/** Two digits: a full square of ink 100 labelled 3, and one of ink 200 labelled 8. */
const squares: Digits = {
  count: 2,
  images: Uint8Array.from({ length: 2 * 784 }, (_, index) => (index < 784 ? 100 : 200)),
  labels: Uint8Array.of(3, 8),
};

it('lays the left digit at the top left and the right one at the bottom right, the brighter on top', () => {
  const { images, left, right } = makePairs(squares, 1, new Random(1));
  const ink = { 3: 100, 8: 200 } as Record<number, number>;
  const at = (row: number, column: number): number => images[row * canvas + column] ?? 0;

  expect(at(3, 3)).toBe(ink[left[0] ?? 0]);
  expect(at(32, 32)).toBe(ink[right[0] ?? 0]);
  expect(at(18, 18)).toBe(Math.max(at(3, 3), at(32, 32)));
  expect(at(33, 2)).toBe(0);
  expect(at(2, 33)).toBe(0);
});

it('uses every digit once on each side before any comes again', () => {
  const { left, right } = makePairs(squares, 6, new Random(2));
  for (const side of [left, right])
    for (let first = 0; first < 6; first += 2)
      expect(Array.from(side.subarray(first, first + 2)).sort()).toEqual([3, 8]);
});

it('makes the same pairs from the same seed, others from another', () => {
  const pairs = (seed: number) => makePairs(squares, 20, new Random(seed));
  expect(pairs(5)).toEqual(pairs(5));
  expect(pairs(5)).not.toEqual(pairs(6));
});

it('reads the MNIST files', () => {
  const test = readMnist('t10k');
  expect(test.count).toBe(10_000);
  expect(Array.from(sliceDigits(test, 0, 5).labels)).toEqual([7, 2, 1, 0, 4]);
});
