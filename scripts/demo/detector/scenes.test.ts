import { expect, it } from 'vitest';
import { calibrationScenes } from './data';
import { canvas } from './scenes';

const scenes = calibrationScenes();
const pixels = canvas * canvas;

it('holds up to five digits, each with its own pixels inside its box', () => {
  const counts = scenes.boxes.map(({ length }) => length);
  expect(Math.min(...counts)).toBeGreaterThanOrEqual(1);
  expect(Math.max(...counts)).toBe(5);
  const astray = [...scenes.segments].filter((label, at) => {
    if (label === 0) return false;
    const [row, column] = [Math.floor((at % pixels) / canvas), at % canvas];
    return !scenes.boxes[Math.floor(at / pixels)]?.some(
      ({ digit, left, top, right, bottom }) =>
        digit + 1 === label && column >= left && column < right && row >= top && row < bottom,
    );
  });
  expect(astray).toHaveLength(0);
});

it('has digits of several sizes and every class', () => {
  const boxes = scenes.boxes.flat();
  const heights = boxes.map(({ top, bottom }) => bottom - top);
  expect(Math.max(...heights)).toBeGreaterThan(1.5 * Math.min(...heights));
  expect(new Set(boxes.map(({ digit }) => digit)).size).toBe(10);
});

it('is the same for the same seed', () => {
  expect(calibrationScenes().boxes).toEqual(scenes.boxes);
});
