import { useMemo, useRef, type KeyboardEvent, type PointerEvent } from 'react';
import { useChartTasks } from '../charts/use-chart-tasks';
import { useInTurn } from '../charts/use-in-turn';
import { useWidth } from '../charts/use-width';
import { runInWords, useComparedRun } from '../state/compare';
import { useLiveRun } from '../state/run-view';
import { studio, useStudio } from '../state/studio';
import './Timeline.css';
import { TickRow } from './TickRow';
import {
  cursorAt,
  positionAt,
  positionInWords,
  positionOf,
  timelineStops,
  timelineTicks,
} from './timeline-model';

const padding = 14;
const rowHeight = 26;

/** One tick a step; the cursor chooses the moment that every view shows. */
export function Timeline() {
  const events = useInTurn(useStudio((state) => state.run.events));
  const cursor = useStudio((state) => state.run.cursor);
  const live = useInTurn(useLiveRun());
  const track = useRef<HTMLDivElement>(null);
  const width = useWidth(track) - 2 * padding;

  const tasks = useChartTasks(live.tasks);
  const stops = useMemo(() => timelineStops(events), [events]);
  const ticks = useMemo(() => timelineTicks(live), [live]);
  const other = useComparedRun();
  const otherTicks = useMemo(() => (other ? timelineTicks(other) : []), [other]);

  const prunable = live.groups.filter(({ frozen }) => frozen === null).length;
  // The slot after the last step is the result's.
  const slots = Math.max(live.order.length || prunable, ticks.length, otherTicks.length, 1) + 1;
  const position = positionOf(cursor, stops);
  const empty = events.length === 0;
  const words = empty ? 'Press Run to fill the timeline' : positionInWords(position, stops, live);

  const moveTo = (next: number) => {
    if (empty) return;
    setCursor(cursorAt(Math.min(next, stops.length), stops));
  };
  const point = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    moveTo(positionAt((event.clientX - box.left - padding) / Math.max(width, 1), stops, slots));
  };
  const height = rowHeight * (otherTicks.length > 0 ? 2 : 1) + 8;
  const handle = padding + (width * position) / slots;
  return (
    <div className="timeline">
      <p className="timeline-words number" title={words}>
        {words}
        {other && <span className="soft">Below, to compare: {runInWords(other)}</span>}
      </p>
      <div
        ref={track}
        className="timeline-track"
        role="slider"
        tabIndex={0}
        aria-label="Timeline: the step that every view shows"
        aria-valuemin={0}
        aria-valuemax={empty ? 0 : stops.length}
        aria-valuenow={empty ? 0 : position}
        aria-valuetext={words}
        aria-disabled={empty}
        onKeyDown={(event) => {
          const next = keyTarget(event, position, stops.length);
          if (next === null) return;
          event.preventDefault();
          event.stopPropagation();
          moveTo(next);
        }}
        onPointerDown={(event) => {
          event.currentTarget.setPointerCapture(event.pointerId);
          point(event);
        }}
        onPointerMove={(event) => {
          if (event.currentTarget.hasPointerCapture(event.pointerId)) point(event);
        }}
      >
        {width > 0 && (
          <svg width={width + 2 * padding} height={height} className="number" aria-hidden="true">
            <line
              x1={padding}
              x2={padding + width}
              y1={rowHeight - 4}
              y2={rowHeight - 4}
              className="timeline-rail"
            />
            {!empty && (
              <line
                x1={padding}
                x2={handle}
                y1={rowHeight - 4}
                y2={rowHeight - 4}
                className="timeline-past"
              />
            )}
            <TickRow
              ticks={ticks}
              tasks={tasks}
              slots={slots}
              left={padding}
              width={width}
              base={rowHeight - 4}
            />
            {otherTicks.length > 0 && (
              <TickRow
                ticks={otherTicks}
                tasks={other?.tasks ?? []}
                slots={slots}
                left={padding}
                width={width}
                base={2 * rowHeight - 4}
              />
            )}
            {!empty && (
              <g transform={`translate(${handle},0)`} className="timeline-handle">
                <line y1={2} y2={height - 4} />
                <circle cy={rowHeight - 4} r={6} />
              </g>
            )}
          </svg>
        )}
      </div>
      <button
        type="button"
        className="button timeline-live"
        aria-pressed={cursor === null}
        disabled={empty}
        onClick={() => setCursor(null)}
      >
        {live.report ? 'Result' : 'Live'}
      </button>
    </div>
  );
}

function setCursor(cursor: number | null): void {
  studio.setState(({ run }) => ({ run: { ...run, cursor } }));
}

function keyTarget({ key }: KeyboardEvent, position: number, last: number): number | null {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return Math.max(position - 1, 0);
    case 'ArrowRight':
    case 'ArrowUp':
      return Math.min(position + 1, last);
    case 'PageDown':
      return Math.max(position - 5, 0);
    case 'PageUp':
      return Math.min(position + 5, last);
    case 'Home':
      return 0;
    case 'End':
      return last;
    default:
      return null;
  }
}
