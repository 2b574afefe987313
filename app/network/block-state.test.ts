import { describe, expect, it } from 'vitest';
import type { Prediction } from '../../src/pruning/predict';
import { emptyRun } from '../../src/pruning/run-state';
import { runAt } from '../state/run-view';
import { fixtureEvents } from '../testing/fixture';
import { fixtureModel } from '../testing/fixture-model';
import { blockStates, describeBlock, networkTable } from './block-state';

const plain = (text: string) => text.replaceAll('\u202f', ' ');
const block = (id: string) => {
  const found = fixtureModel.network.blocks.find((each) => each.id === id);
  if (!found) throw new Error(`The fixture has no block ${id}.`);
  return found;
};

describe('blocks after the run', () => {
  const states = blockStates(fixtureModel, runAt(fixtureEvents, fixtureEvents.length), null);

  it('keep what their group kept, wherever its channels appear', () => {
    for (const id of ['layers.4.down.0', 'layers.5.conv2', 'add 5', 'mean']) {
      expect(states.get(id)).toMatchObject({ kept: 61, removedShare: 3 / 64 });
    }
    expect(states.get('layers.5.c1.0')).toMatchObject({ kept: 58, stoppedBy: 'right', current: false });
  });

  it('are described in a line', () => {
    const state = states.get('layers.4.down.0');
    if (!state) throw new Error('No state.');
    expect(plain(describeBlock(block('layers.4.down.0'), state, fixtureModel.groups))).toBe(
      'layers.4.down.0, conv 1×1 · 61 of 64 channels kept · 166 kMACs · stopped by left · group of layers.4.down.0, made by 3 layers',
    );
    const head = states.get('o1');
    expect(head && plain(describeBlock(block('o1'), head, fixtureModel.groups))).toBe(
      'o1, dense · 10 channels · 320 MACs · frozen: reaches the output left',
    );
  });

  it('make a table', () => {
    const { rows } = networkTable(fixtureModel, states);
    expect(rows.find(([name]) => name === 'f1')).toEqual(['f1', 'dense', '32', 32, 18, 'f1', 'left', 2048]);
  });
});

it('marks the layers that are searched now', () => {
  const states = blockStates(fixtureModel, runAt(fixtureEvents, 3), null);
  const current = [...states].flatMap(([id, state]) => (state.current ? [id] : []));
  expect(current).toEqual(['stem.0', 'layers.0.conv2', 'layers.1.conv2']);
});

it('shows a prediction only where there is no run', () => {
  const prediction: Prediction = {
    schedule: { delta: 0.1, lambda: 1, alpha: 1 },
    order: [],
    steps: [],
    filtered: [],
    scores: {},
    final: { kept: { 'f1.weight': 8 }, losses: {}, macs: 1, params: 1 },
  };
  expect(blockStates(fixtureModel, emptyRun, prediction).get('f1')).toMatchObject({
    kept: 8,
    predicted: true,
  });
  const run = runAt(fixtureEvents, fixtureEvents.length);
  expect(blockStates(fixtureModel, run, prediction).get('f1')).toMatchObject({ kept: 18, predicted: false });
});
