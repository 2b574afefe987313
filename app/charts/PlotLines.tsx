import { memo } from 'react';
import { Line } from 'recharts';
import type { Marker } from '../state/task-style';
import type { PlotSeries } from './LinePlot';
import { markerPath } from './marker-path';
import type { PlotRow } from './plot-data';

interface Props {
  readonly series: readonly PlotSeries[];
  /** Markers are smaller where there are many. */
  readonly small: boolean;
}

/** A line for each series; recharts draws it from the chart's rows. */
export const PlotLines = memo(function PlotLines({ series, small }: Props) {
  return series.map((line) => (
    <Line
      key={line.key}
      dataKey={(row: PlotRow) => row.values[line.key] ?? null}
      name={line.label}
      type="linear"
      stroke={line.color}
      strokeWidth={line.predicted ? 1.5 : 2}
      strokeDasharray={line.predicted ? '5 4' : '0'}
      dot={line.marker ? <MarkerDot color={line.color} marker={line.marker} small={small} /> : false}
      activeDot={{ r: 4, stroke: 'var(--surface)', strokeWidth: 1.5 }}
      isAnimationActive={false}
      connectNulls
    />
  ));
});

interface DotProps {
  readonly cx?: number;
  readonly cy?: number;
  readonly value?: unknown;
  readonly payload?: unknown;
  readonly color: string;
  readonly marker: Marker;
  readonly small: boolean;
}

/** recharts gives the position of each point. */
function MarkerDot({ cx, cy, value, payload, color, marker, small }: DotProps) {
  if (cx === undefined || cy === undefined || typeof value !== 'number') return null;
  return (
    <g transform={`translate(${cx},${cy})`}>
      {isLowerBound(payload) && <path d="M0,-6v-10m-3.5,3.5l3.5,-3.5l3.5,3.5" fill="none" stroke={color} />}
      <path d={markerPath(marker, small ? 2.4 : 3.4)} fill={color} stroke="var(--surface)" strokeWidth={1} />
    </g>
  );
}

const isLowerBound = (payload: unknown) =>
  typeof payload === 'object' && payload !== null && 'atLeast' in payload && payload.atLeast === true;
