import { memo, useState } from 'react';
import {
  CartesianGrid,
  DefaultZIndexes,
  Line,
  LineChart,
  ReferenceLine,
  Tooltip,
  XAxis,
  YAxis,
  ZIndexLayer,
} from 'recharts';
import type { GroupId } from '../../src/graph/channel-types';
import type { Marker } from '../state/task-style';
import { downsample } from './axis';
import { EndLabels } from './EndLabels';
import { LimitLabel } from './LimitLabel';
import { markerPath } from './marker-path';
import { PlotTooltip } from './PlotTooltip';
import type { PlotRow } from './plot-data';
import { RingedPoint } from './RingedPoint';

export interface PlotSeries {
  readonly key: string;
  readonly label: string;
  readonly color: string;
  /** Marks each point; none for a plain line. */
  readonly marker?: Marker;
  readonly predicted?: boolean;
  /** Written at the line's end; a predicted series has none. */
  readonly endLabel?: boolean;
}

export interface PlotAxis {
  readonly domain: readonly [low: number, high: number];
  readonly ticks: readonly number[];
  readonly format: (value: number) => string;
}

export interface PlotProps {
  readonly rows: readonly PlotRow[];
  readonly series: readonly PlotSeries[];
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  /** Tooltips' numbers: more digits than the axis has. */
  readonly exact: (value: number) => string;
  readonly describe: (row: PlotRow) => string;
  /** Numbers at the lines' ends; the axis' own unless given. */
  readonly endFormat?: (value: number) => string;
  /** Labelled horizontal lines. One above the plot is written at its top edge with an arrow. */
  readonly limits?: readonly PlotLimit[];
  /** Points with a ring around them; an arrow at the top edge when they lie above it. */
  readonly ringed?: readonly RingedMark[];
  /** Where to draw a guide: the selected step. */
  readonly guide?: number | null;
  readonly width: number;
  readonly height: number;
  /** Room for the labels at the lines' ends, in pixels. */
  readonly endRoom?: number;
  readonly onHover?: (group: GroupId | null) => void;
  readonly onPick?: (group: GroupId) => void;
}

export interface PlotLimit {
  readonly y: number;
  readonly label: string;
  /** Where on the line its label stands clear of the curves. */
  readonly side: 'left' | 'right';
}

export interface RingedMark {
  readonly x: number;
  readonly y: number;
  readonly color: string;
}

const tick = { fill: 'var(--ink-soft)', fontSize: 11 };

/** Lines over a common x axis, the way every chart of the studio draws them. */
export const LinePlot = memo(function LinePlot(props: PlotProps) {
  const { rows, series, x, y, width, height, limits = [], ringed = [], guide = null, endRoom = 72 } = props;
  const shown = downsample(rows);
  // A click keeps the tooltip where it is, another lets it go.
  const [held, setHeld] = useState(false);
  const rowAt = (index: unknown) =>
    index === null || index === undefined ? undefined : shown[Number(index)];
  return (
    <LineChart
      width={width}
      height={height}
      data={[...shown]}
      margin={{ top: 14, right: endRoom, bottom: 2, left: 0 }}
      accessibilityLayer={false}
      onMouseMove={({ activeTooltipIndex }) => props.onHover?.(rowAt(activeTooltipIndex)?.group ?? null)}
      onMouseLeave={() => props.onHover?.(null)}
      onClick={({ activeTooltipIndex }) => {
        setHeld(!held);
        const group = rowAt(activeTooltipIndex)?.group;
        if (group) props.onPick?.(group);
      }}
    >
      <CartesianGrid vertical={false} stroke="var(--line)" syncWithTicks />
      <XAxis
        dataKey="x"
        type="number"
        domain={[...x.domain]}
        ticks={[...x.ticks]}
        tickFormatter={x.format}
        tick={tick}
        tickLine={false}
        axisLine={false}
        interval={0}
        height={22}
        padding={{ left: 6, right: 6 }}
      />
      <YAxis
        type="number"
        domain={[...y.domain]}
        ticks={[...y.ticks]}
        tickFormatter={y.format}
        tick={tick}
        tickLine={false}
        axisLine={false}
        interval={0}
        width={52}
        padding={{ top: 4, bottom: 4 }}
        allowDataOverflow={overflows(shown, y)}
      />
      <ReferenceLine y={Math.max(y.domain[0], 0)} stroke="var(--line-strong)" />
      {guide !== null && <ReferenceLine x={guide} stroke="var(--accent)" strokeWidth={1.5} />}
      {limits
        .filter((limit) => limit.y <= y.domain[1])
        .map((limit) => (
          <ReferenceLine key={limit.label} y={limit.y} stroke="var(--ink)" strokeDasharray="2 3" />
        ))}
      {series.map((line) => (
        <Line
          key={line.key}
          dataKey={(row: PlotRow) => row.values[line.key] ?? null}
          name={line.label}
          type="linear"
          stroke={line.color}
          strokeWidth={line.predicted ? 1.5 : 2}
          strokeDasharray={line.predicted ? '5 4' : '0'}
          dot={
            line.marker ? (
              <MarkerDot color={line.color} marker={line.marker} small={shown.length > 30} />
            ) : (
              false
            )
          }
          activeDot={{ r: 4, stroke: 'var(--surface)', strokeWidth: 1.5 }}
          isAnimationActive={false}
          connectNulls
        />
      ))}
      <ZIndexLayer zIndex={DefaultZIndexes.label}>
        <EndLabels rows={shown} series={series} format={props.endFormat ?? y.format} />
        {limits.map((limit) => (
          <LimitLabel key={limit.label} {...limit} />
        ))}
        {ringed.map((mark) => (
          <RingedPoint key={mark.x} {...mark} />
        ))}
      </ZIndexLayer>
      <Tooltip
        {...(held ? { active: true } : {})}
        isAnimationActive={false}
        cursor={{ stroke: 'var(--line-strong)' }}
        content={({ active, payload }) => (
          <PlotTooltip
            row={active ? plotRow(payload[0]?.payload) : null}
            series={series}
            exact={props.exact}
            describe={props.describe}
          />
        )}
      />
    </LineChart>
  );
});

interface DotProps {
  readonly cx?: number;
  readonly cy?: number;
  readonly value?: unknown;
  readonly color: string;
  readonly marker: Marker;
  readonly small: boolean;
}

/** recharts gives the position of each point. */
function MarkerDot({ cx, cy, value, color, marker, small }: DotProps) {
  if (cx === undefined || cy === undefined || typeof value !== 'number') return null;
  return (
    <path
      d={markerPath(marker, small ? 2.4 : 3.4)}
      transform={`translate(${cx},${cy})`}
      fill={color}
      stroke="var(--surface)"
      strokeWidth={1}
    />
  );
}

/** Whether a value lies outside the axis, so that its line has to be cut there. */
function overflows(rows: readonly PlotRow[], { domain: [low, high] }: PlotAxis): boolean {
  return rows.some(({ values }) =>
    Object.values(values).some((value) => value !== null && (value < low || value > high)),
  );
}

function plotRow(payload: unknown): PlotRow | null {
  const isRow = typeof payload === 'object' && payload !== null && 'values' in payload && 'x' in payload;
  // recharts hands back the very row it was given.
  return isRow ? (payload as PlotRow) : null;
}
