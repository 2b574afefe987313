import { memo } from 'react';
import { markerPath } from '../charts/marker-path';
import { layerName } from '../format/names';
import { formatPercent } from '../format/numbers';
import { hoverGroup, useSelectedGroup } from '../state/selection';
import { taskStyle } from '../state/task-style';
import type { TimelineTick } from './timeline-model';

interface Props {
  readonly ticks: readonly TimelineTick[];
  readonly tasks: readonly string[];
  /** Number of places on the track. */
  readonly slots: number;
  readonly left: number;
  readonly width: number;
  /** The rail's height in the drawing, pixels. */
  readonly base: number;
}

/** A run's steps along the rail: a stem as tall as the share it removed, and the marker of the task that stopped it. */
export const TickRow = memo(function TickRow({ ticks, tasks, slots, left, width, base }: Props) {
  const selected = useSelectedGroup();
  const room = width / slots;
  return ticks.map(({ step, group, stoppedBy, removedShare, ended }) => {
    const style = stoppedBy === null ? null : taskStyle(tasks, stoppedBy);
    const color = style?.color ?? 'var(--ink-soft)';
    const stem = 3 + removedShare * (base - 12);
    return (
      <g
        key={step}
        transform={`translate(${left + room * step},${base})`}
        opacity={ended ? 1 : 0.5}
        onMouseEnter={() => hoverGroup(group)}
        onMouseLeave={() => hoverGroup(null)}
      >
        <title>{`Step ${step}: ${layerName(group)}, ${formatPercent(removedShare, 0)} removed`}</title>
        <rect x={-room / 2} y={-base} width={room} height={base + 6} fill="transparent" />
        {group === selected && (
          <rect x={-7} y={-base} width={14} height={base + 6} rx={4} fill="var(--accent-soft)" />
        )}
        <line y2={-stem} stroke={color} strokeWidth={2} />
        <path
          d={markerPath(style?.marker ?? 'circle', room < 12 ? 2.4 : 3.6)}
          transform={`translate(0,${-stem - 3})`}
          fill={color}
        />
      </g>
    );
  });
});
