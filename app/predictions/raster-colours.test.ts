import { expect, it } from 'vitest';
import { classPixels, differencePixels, scalarPixels, vectorPixels } from './raster-colours';

it('draws nothing where no class applies, and the same colour for the same class', () => {
  const [a, none, b, again] = fours(classPixels(Uint8Array.of(0, 255, 1, 0)));
  expect(none).toEqual([0, 0, 0, 0]);
  expect(again).toEqual(a);
  expect(b).not.toEqual(a);
});

it('keeps thirty classes apart', () => {
  const colours = fours(classPixels(Uint8Array.from({ length: 30 }, (_, index) => index)));
  expect(new Set(colours.map(String)).size).toBe(30);
});

it('draws a range from its darkest to its lightest colour, and holes', () => {
  const [low, high, hole, beyond] = fours(scalarPixels(Float32Array.of(2, 4, NaN, 9), 2, 4));
  expect(low).toEqual([68, 1, 84, 255]);
  expect(high).toEqual([253, 231, 37, 255]);
  expect(hole).toEqual([0, 0, 0, 0]);
  expect(beyond).toEqual(high);
});

it('draws falls blue and rises red', () => {
  const [fall = [], same = [], rise = []] = fours(differencePixels(Float32Array.of(-1, 0, 1), 1));
  expect(fall[2]).toBeGreaterThan(fall[0] ?? 0);
  expect(same).toEqual([247, 247, 247, 255]);
  expect(rise[0]).toBeGreaterThan(rise[2] ?? 0);
});

it('draws a direction whatever the vector’s length', () => {
  const [short, long, unknown] = fours(vectorPixels(Float32Array.of(0, 0, 0.1, 0, 0, 3, 0, 0, 0)));
  expect(short).toEqual(long);
  expect(short?.[2]).toBe(255);
  expect(unknown?.[3]).toBe(0);
});

function fours(pixels: Uint8ClampedArray): number[][] {
  return Array.from({ length: pixels.length / 4 }, (_, at) => [...pixels.subarray(4 * at, 4 * at + 4)]);
}
