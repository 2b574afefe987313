import { expect, it } from 'vitest';
import { thumbnail } from './thumbnail';

const plain = { scale: 1, mean: [0], std: [1] };
const pixels = (input: readonly number[], sampleShape: readonly number[], spec = plain, first = true) =>
  thumbnail({ input: Float32Array.from(input), sampleShape }, 0, spec, first)?.rgba;

it('takes scale, mean and std back', () => {
  const spec = { scale: 1 / 255, mean: [0.5, 0.25, 0], std: [0.5, 0.25, 1] };
  const stored = [255, 102, 51];
  const seen = stored.map((value, c) => (value * spec.scale - (spec.mean[c] ?? 0)) / (spec.std[c] ?? 1));
  expect([...(pixels(seen, [3, 1, 1], spec) ?? [])]).toEqual([255, 102, 51, 255]);
});

it('reads channels first and last alike', () => {
  const red = [1, 0];
  const green = [0, 0.2];
  const blue = [0, 0.4];
  const first = pixels([...red, ...green, ...blue], [3, 1, 2], plain, true);
  const last = pixels([1, 0, 0, 0, 0.2, 0.4], [1, 2, 3], plain, false);
  expect([...(first ?? [])]).toEqual([255, 0, 0, 255, 0, 51, 102, 255]);
  expect(last).toEqual(first);
});

it('stretches what is neither between 0 and 1 nor between 0 and 255', () => {
  expect([...(pixels([-2, 2], [1, 1, 2]) ?? [])]).toEqual([0, 0, 0, 255, 255, 255, 255, 255]);
});

it('makes no picture of anything else', () => {
  expect(pixels([1, 2, 3, 4], [4])).toBeUndefined();
  expect(pixels([1, 2, 3, 4, 5], [5, 1, 1])).toBeUndefined();
});
