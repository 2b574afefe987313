import { memo, useMemo, useState } from 'react';
import { DefaultZIndexes, LineChart, ReferenceLine, Tooltip, ZIndexLayer } from 'recharts';
import type { GroupId } from '../../src/graph/channel-types';
import type { Marker } from '../state/task-style';
import { downsample } from './axis';
import { EndLabels } from './EndLabels';
import { LimitLabel } from './LimitLabel';
import { PlotAxes } from './PlotAxes';
import { PlotLines } from './PlotLines';
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

/** Lines over a common x axis, the way every chart of the studio draws them. */
export const LinePlot = memo(function LinePlot(props: PlotProps) {
  const { rows, series, x, y, width, height, limits = [], ringed = [], guide = null, endRoom = 72 } = props;
  const shown = useMemo(() => [...downsample(rows)], [rows]);
  // A click keeps the tooltip where it is, another lets it go.
  const [held, setHeld] = useState(false);
  const rowAt = (index: unknown) =>
    index === null || index === undefined ? undefined : shown[Number(index)];
  return (
    <LineChart
      width={width}
      height={height}
      data={shown}
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
      <PlotAxes x={x} y={y} cut={overflows(shown, y)} />
      <ReferenceLine y={Math.max(y.domain[0], 0)} stroke="var(--line-strong)" />
      {guide !== null && <ReferenceLine x={guide} stroke="var(--accent)" strokeWidth={1.5} />}
      {limits
        .filter((limit) => limit.y <= y.domain[1])
        .map((limit) => (
          <ReferenceLine key={limit.label} y={limit.y} stroke="var(--ink)" strokeDasharray="2 3" />
        ))}
      <PlotLines series={series} small={shown.length > 30} />
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
