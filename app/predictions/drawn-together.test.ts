import { expect, it } from 'vitest';
import type { PredictedTask } from '../../src/inspect';
import { drawnTogether } from './drawn-together';

const boxes = (task: string, right: number): PredictedTask => {
  const box = { x1: 0, y1: 0, x2: right, y2: 4, class: 1, score: 0.5 };
  const picture = { kind: 'boxes', width: 8, height: 8, truth: [], predicted: [box] } as const;
  const drawing = { loss: right, picture };
  return { task, before: drawing, after: drawing };
};

const bars = (task: string): PredictedTask => {
  const drawing = { loss: 1, picture: { kind: 'numbers', predicted: [1], truth: null } } as const;
  return { task, before: drawing, after: drawing };
};

const names = (tasks: readonly PredictedTask[]) =>
  drawnTogether(tasks).map((together) => together.map(({ task }) => task));

it('draws the boxes of a detector once', () => {
  expect(names([boxes('heat', 3), boxes('size', 3), bars('age')])).toEqual([['heat', 'size'], ['age']]);
});

it('keeps boxes apart that differ, and what is no box', () => {
  expect(names([boxes('faces', 3), boxes('hands', 5)])).toEqual([['faces'], ['hands']]);
  expect(names([bars('age'), bars('height')])).toEqual([['age'], ['height']]);
});
