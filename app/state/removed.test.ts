import { expect, it } from 'vitest';
import { foldRun } from '../../src/pruning/run-state';
import { fixtureEvents } from '../testing/fixture';
import { removedIn } from './removed';

const counts = (events: number) => {
  const run = foldRun(fixtureEvents.slice(0, events));
  const removed = removedIn(run);
  const sizes = Object.fromEntries(run.groups.map(({ id, size }) => [id, size]));
  return Object.fromEntries(
    Object.entries(removed).map(([id, list]) => [id, (sizes[id] ?? 0) - list.length]),
  );
};

it('is nothing before the first step', () => {
  expect(counts(2)).toEqual({});
});

it('is what the steps committed, while a run is under way', () => {
  for (let events = 3; events < fixtureEvents.length - 1; events++)
    expect(counts(events)).toEqual(foldRun(fixtureEvents.slice(0, events)).kept);
});

it('is what the finished network lacks', () => {
  expect(counts(fixtureEvents.length)).toEqual(foldRun(fixtureEvents).kept);
});
