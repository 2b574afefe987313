import { describe, expect, it } from 'vitest';
import { runAt } from '../state/run-view';
import { fixtureEvents } from '../testing/fixture';
import {
  cursorAt,
  positionAt,
  positionInWords,
  positionOf,
  timelineStops,
  timelineTicks,
} from './timeline-model';

const plain = (text: string) => text.replaceAll('\u202f', ' ');
const run = runAt(fixtureEvents, fixtureEvents.length);
const stops = timelineStops(fixtureEvents);

describe('the cursor', () => {
  it('rests before the first step, at the end of each, and at the live edge', () => {
    expect(stops).toHaveLength(12);
    expect(runAt(fixtureEvents, stops[0] ?? -1).steps).toHaveLength(0);
    stops.slice(1).forEach((count, index) => {
      const state = runAt(fixtureEvents, count);
      expect(state.steps).toHaveLength(index + 1);
      expect(state.steps.at(-1)?.report).not.toBeNull();
    });
    expect(cursorAt(12, stops)).toBeNull();
  });

  it.each([0, 1, 5, 12])('comes back to position %d', (position) => {
    expect(positionOf(cursorAt(position, stops), stops)).toBe(position);
  });

  it('between two stops counts as at the first', () => {
    expect(positionOf((stops[3] ?? 0) + 1, stops)).toBe(3);
  });

  it('goes where it is dragged, but not past the live edge', () => {
    expect(positionAt(0.5, stops, 12)).toBe(6);
    expect(positionAt(-0.2, stops, 12)).toBe(0);
    expect(positionAt(0.9, stops.slice(0, 3), 12)).toBe(3);
  });
});

describe('words', () => {
  it('tell where the cursor rests', () => {
    expect(positionInWords(0, stops, run)).toBe('Before the first step');
    expect(plain(positionInWords(3, stops, run))).toBe(
      'Step 3 of 11: layers.4.down.0, stopped by left at 242 %',
    );
    expect(positionInWords(12, stops, run)).toBe('Result after 11 steps');
  });

  it('tell what happens at the live edge', () => {
    const events = fixtureEvents.slice(0, 30);
    const now = runAt(events, 30);
    expect(positionInWords(7, timelineStops(events), now)).toBe('Now: step 7 of 11, layers.1.c1.0');
    const started = fixtureEvents.slice(0, 1);
    expect(positionInWords(1, timelineStops(started), runAt(started, 1))).toBe(
      'Finding the order of the layers',
    );
  });
});

it('has a tick a step with the task that stopped it and the share it gave', () => {
  const ticks = timelineTicks(run);
  expect(ticks.map(({ step }) => step)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]);
  expect(ticks[5]).toEqual({
    step: 6,
    group: 'layers.0.c1.0.weight',
    stoppedBy: 'right',
    removedShare: 0.25,
    ended: true,
  });
});
