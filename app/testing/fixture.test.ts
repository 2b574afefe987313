import { expect, it } from 'vitest';
import { runAt } from '../state/run-view';
import { fixtureEvents } from './fixture';
import { fixtureModel, price } from './fixture-model';

it('tells the recorded run with its own costs', () => {
  const run = runAt(fixtureEvents, fixtureEvents.length - 2);
  expect(run.steps).toHaveLength(11);
  expect(run.macs).toBe(29_012_919);
  expect(run.params).toBe(156_162);
  expect(price({})).toEqual({ macs: fixtureModel.macs, params: fixtureModel.params });
});
