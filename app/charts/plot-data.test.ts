import { describe, expect, it } from 'vitest';
import type { Prediction } from '../../src/pruning/predict';
import { runAt } from '../state/run-view';
import { fixtureEvents } from '../testing/fixture';
import { fixtureModel } from '../testing/fixture-model';
import { endedSteps } from './ended-steps';
import { layerRows, layerStatus, layerTable } from './layer-rows';
import { oracleAxes, oracleRows, oracleTable } from './oracle-data';
import { costRows, cumulativeRows, mergeRows, predictedKey, scheduleRows } from './plot-data';
import { stepTable } from './step-table';
import { stopSentence } from './stop-sentence';

const plain = (text: string) => text.replaceAll('\u202f', ' ');
const done = runAt(fixtureEvents, fixtureEvents.length);
const midway = runAt(fixtureEvents, 30);
const steps = endedSteps(done.steps);

const prediction: Prediction = {
  schedule: { delta: 0.1, lambda: 1, alpha: 1 },
  order: ['f1.weight'],
  steps: [
    {
      group: 'f1.weight',
      threshold: 0.1,
      sizeBefore: 32,
      committed: null,
      violation: null,
      losses: { left: 0.5, right: 0.25 },
      macs: 16_684_480,
      params: 89_570,
    },
  ],
  filtered: [],
  scores: {},
  final: { kept: { 'f1.weight': 8 }, losses: {}, macs: 1, params: 1 },
};

describe('ended steps', () => {
  it('are the same array until another step ends', () => {
    expect(endedSteps(midway.steps)).toHaveLength(6);
    expect(endedSteps(runAt(fixtureEvents, 29).steps)).toBe(endedSteps(midway.steps));
    expect(endedSteps([])).toBe(endedSteps([]));
  });
});

describe('cumulative drop and cost', () => {
  it('start at the original and end at the result', () => {
    const rows = cumulativeRows(steps, done.tasks, done.original, null, null);
    expect(rows[0]).toEqual({ x: 0, group: null, values: { left: 0, right: 0 } });
    expect(rows).toHaveLength(12);
    expect(rows.at(-1)?.values['left']).toBeCloseTo(1.23387 / 0.24921 - 1, 3);

    const cost = costRows(steps, done.original, null, true);
    expect(cost[0]?.values).toEqual({ macs: 1, params: 1 });
    expect(cost.at(-1)?.values['macs']).toBeCloseTo(29_012_919 / 33_368_960);
  });

  it('carry the prediction beside the run', () => {
    const rows = cumulativeRows([], ['left', 'right'], null, prediction, { left: 0.25, right: 0.25 });
    expect(rows[1]).toEqual({
      x: 1,
      group: 'f1.weight',
      values: { [predictedKey('left')]: 1, [predictedKey('right')]: 0 },
    });
    expect(costRows([], fixtureModel, prediction, false)[1]?.values).toEqual({
      [predictedKey('macs')]: 0.5,
      [predictedKey('params')]: 0.5,
    });
  });
});

it('multiplies only the thresholds that were spent', () => {
  const { thresholds, products } = scheduleRows(steps.slice(0, 4), 0.3, [0.5, 0.4, 0.3, 0.2, 0.1]);
  expect(thresholds.map(({ values }) => values['used'])).toEqual([0.5, 0.5, 0.5, steps[3]?.threshold, 0.3]);
  // The first two steps commit nothing.
  expect(products.map(({ values }) => values['used']).slice(0, 4)).toEqual([1, 1, 1, 1.5]);
  expect(products.at(-1)?.values['used']).toBeNull();
  expect(products.at(-1)?.values['planned']).toBeCloseTo(1.5 * 1.4 * 1.3 * 1.2 * 1.1);
});

describe('the oracle', () => {
  const step = done.steps[8];
  if (!step) throw new Error('The run has eleven steps.');

  it('starts with the network as the step found it', () => {
    const [start, ...trials] = oracleRows(step, done);
    expect(start?.x).toBe(0);
    expect(start?.values['left']).toBe(0);
    expect(trials).toHaveLength(step.trials.length);
    const heads = done.steps[10];
    expect(heads && oracleRows(heads, done)[0]?.values['right']).toBeCloseTo(0.5156 / 0.66276 - 1, 3);
  });

  it('has axes that hold the threshold and cut a violation far above it', () => {
    const { x, y } = oracleAxes(step.threshold, oracleRows(step, done));
    expect(x.domain).toEqual([0, 0.25]);
    expect(y.domain[1]).toBeCloseTo(step.threshold * 2.4);
    expect(y.domain[0]).toBeLessThan(0);
  });

  it('tells why the layer stopped', () => {
    expect(plain(stopSentence(step).join(''))).toBe('Layer stopped: left would rise 91.1 % > 38.1 %');
    const searching = midway.steps.at(-1);
    expect(searching && plain(stopSentence(searching).join(''))).toBe(
      'Searching: 10 % passes, right rises most: 3.9 % ≤ 41.7 %',
    );
    const passing = {
      ...step,
      trials: step.trials.slice(0, 2),
      report: step.report && { ...step.report, stoppedBy: null },
    };
    expect(plain(stopSentence(passing).join(''))).toBe('Every ratio passed: no task rises above 38.1 %');
  });

  it('makes a table of trials', () => {
    const { columns, rows } = oracleTable(step, done.tasks);
    expect(columns.map(({ name }) => name)).toContain('Drop of left');
    expect(rows.at(-1)?.slice(-2)).toEqual(['left', 'exact']);
    expect(oracleTable(null, []).rows).toEqual([]);
  });
});

it('joins rows at the same x', () => {
  const at = (x: number, key: string) => ({ x, group: null, values: { [key]: x } });
  expect(mergeRows([at(0, 'a'), at(2, 'a')], [at(0, 'b'), at(1, 'b')])).toEqual([
    { x: 0, group: null, values: { a: 0, b: 0 } },
    at(1, 'b'),
    at(2, 'a'),
  ]);
});

describe('layers', () => {
  it('come in the run’s order with what they kept; frozen ones last', () => {
    const rows = layerRows(done, fixtureModel.groups, null);
    expect(rows.map(({ name }) => name).slice(0, 2)).toEqual(['stem.0', 'layers.2.down.0']);
    expect(rows.map(({ name }) => name).slice(-2)).toEqual(['o1', 'o2']);
    expect(rows.find(({ name }) => name === 'f1')).toMatchObject({ size: 32, kept: 18, predicted: null });
    expect(rows.map(layerStatus).map(plain).slice(0, 1)).toEqual(['right 92.5 % > 50.0 %']);
    expect(rows.map(layerStatus).at(-1)).toBe('frozen: reaches the output right');
  });

  it('show the last passing trial while searching, and a prediction beside', () => {
    const row = layerRows(midway, fixtureModel.groups, prediction).find(({ current }) => current);
    expect(row).toMatchObject({ name: 'layers.1.c1.0', kept: 15, predicted: 16 });
    expect(row && layerStatus(row)).toBe('searching');
    const { columns, rows } = layerTable(layerRows(midway, fixtureModel.groups, prediction));
    expect(rows.every((cells) => cells.length === columns.length)).toBe(true);
  });

  it('are whole again when the filter leaves them out', () => {
    const row = layerRows({ ...done, filtered: ['f1.weight'] }, fixtureModel.groups, null).find(
      ({ group }) => group === 'f1.weight',
    );
    expect(row && layerStatus(row)).toBe('left whole by top-K');
  });
});

it('lists the steps in full for CSV', () => {
  const { columns, rows } = stepTable(done);
  expect(rows).toHaveLength(11);
  expect(rows.every((cells) => cells.length === columns.length)).toBe(true);
  expect(rows[5]?.slice(0, 6)).toEqual([6, 'layers.0.c1.0.weight', 16, 12, 0.25, 'right']);
});
