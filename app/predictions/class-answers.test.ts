import { expect, it } from 'vitest';
import type { ClassBars } from '../../src/tasks/drawing';
import { answerOf, shownClasses } from './class-answers';

const bars = (probabilities: readonly number[], labels: readonly number[] = []): ClassBars => ({
  kind: 'classes',
  probabilities,
  labels,
});

it('says the likeliest class and whether it is right', () => {
  expect(answerOf(bars([0.2, 0.7, 0.1], [1]))).toEqual({ index: 1, probability: 0.7, right: true });
  expect(answerOf(bars([0.2, 0.7, 0.1], [0])).right).toBe(false);
  expect(answerOf(bars([0.2, 0.7, 0.1])).right).toBeNull();
});

it('shows all of a few classes', () => {
  expect(shownClasses(bars([0.5, 0.5]), bars([1, 0]))).toEqual([0, 1]);
});

it('shows the likeliest of many before and after, and the true one', () => {
  const many = (likely: number) => Array.from({ length: 1000 }, (_, index) => (index === likely ? 1 : 0));
  const shown = shownClasses(bars(many(17), [999]), bars(many(400), [999]), 5);
  expect(shown).toHaveLength(5);
  expect(shown).toEqual(expect.arrayContaining([17, 400, 999]));
});
