import type { RunEvent } from '../../src/pruning/events';

/** Numbers of events after which a step has ended: the places the timeline's cursor rests at. */
export function stepEnds(events: readonly RunEvent[]): number[] {
  return events.flatMap(({ kind }, index) =>
    kind === 'step-ended' || kind === 'run-finished' ? [index + 1] : [],
  );
}

/** The resting place before or after `count`; the start (order found) comes before the first step. */
export function neighbouringStep(events: readonly RunEvent[], count: number, by: -1 | 1): number {
  const start = events.findIndex(({ kind }) => kind === 'step-began');
  const rests = [Math.max(start, 0), ...stepEnds(events), events.length];
  return by < 0
    ? (rests.findLast((rest) => rest < count) ?? 0)
    : (rests.find((rest) => rest > count) ?? events.length);
}
