import type { GroupId } from '../../src/graph/channel-types';
import type { RunEvent } from '../../src/pruning/events';
import type { RunState } from '../../src/pruning/run-state';
import { hasEnded } from '../charts/ended-steps';
import { stopReason } from '../charts/stop-sentence';
import { layerName } from '../format/names';
import { formatPercent } from '../format/numbers';

/** A step on the timeline. */
export interface TimelineTick {
  /** From 1. */
  readonly step: number;
  readonly group: GroupId;
  readonly stoppedBy: string | null;
  /** Share of the layer's channels that the step removed. */
  readonly removedShare: number;
  readonly ended: boolean;
}

export function timelineTicks({ steps }: Pick<RunState, 'steps'>): TimelineTick[] {
  return steps.map((step) => ({
    step: step.index + 1,
    group: step.group,
    stoppedBy: stopReason(step).task,
    removedShare: (step.report?.committed?.removed.length ?? 0) / step.sizeBefore,
    ended: hasEnded(step),
  }));
}

/** Numbers of events at which the cursor can rest: before the first step, and at the end of each. */
export function timelineStops(events: readonly RunEvent[]): number[] {
  const begun = events.findIndex(({ kind }) => kind === 'step-began');
  const ends = events.flatMap(({ kind }, index) => (kind === 'step-ended' ? [index + 1] : []));
  return [begun < 0 ? events.length : begun, ...ends];
}

/** Which stop the cursor rests at; the live edge comes after them all. */
export function positionOf(cursor: number | null, stops: readonly number[]): number {
  if (cursor === null) return stops.length;
  return Math.max(
    0,
    stops.findLastIndex((stop) => stop <= cursor),
  );
}

/** The cursor for a position; null follows the live edge. */
export function cursorAt(position: number, stops: readonly number[]): number | null {
  return stops[Math.max(0, position)] ?? null;
}

/** The position nearest to a place on the track, from 0 at its left to 1 at its right. */
export function positionAt(share: number, stops: readonly number[], slots: number): number {
  return Math.min(Math.max(Math.round(share * slots), 0), stops.length);
}

/** Where the cursor rests, in words. */
export function positionInWords(
  position: number,
  stops: readonly number[],
  live: Pick<RunState, 'steps' | 'order' | 'phase' | 'report'>,
): string {
  const total = Math.max(live.order.length, live.steps.length);
  if (position === 0 && stops.length > 1) return 'Before the first step';
  if (position < stops.length) {
    const step = live.steps[position - 1];
    if (!step) return 'Before the first step';
    const { task, drop } = stopReason(step);
    const why =
      task === null
        ? 'every ratio passed'
        : `stopped by ${task}${drop === null ? '' : ` at ${formatPercent(drop)}`}`;
    return `Step ${position} of ${total}: ${layerName(step.group)}, ${why}`;
  }
  const last = live.steps.at(-1);
  if (live.report) return `Result after ${total} steps`;
  if (last && last.report === null)
    return `Now: step ${last.index + 1} of ${total}, ${layerName(last.group)}`;
  return last ? `After step ${last.index + 1} of ${total}` : 'Finding the order of the layers';
}
