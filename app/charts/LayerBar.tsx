import { useId } from 'react';
import { shorten } from '../format/names';
import { taskStyle } from '../state/task-style';
import { layerStatus, type LayerRow } from './layer-rows';
import { markerPath } from './marker-path';

export interface LayerBarData {
  readonly row: LayerRow;
  readonly tasks: readonly string[];
  readonly narrow: boolean;
  readonly selected: boolean;
}

interface Props {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly data: LayerBarData;
}

/** One layer's bar: kept, removed, what is predicted, and at the right the counts and who stopped it. */
export function LayerBar({ x, y, width, height, data }: Props) {
  const hatch = useId();
  const { row, tasks, narrow, selected } = data;
  const { task } = row.reason ?? { task: null };
  const style = task === null ? null : taskStyle(tasks, task);
  const color = style?.color ?? 'var(--kept)';
  const guess = row.reason === null ? row.predicted : null;
  const kept = guess ?? row.kept;
  const keptWidth = (width * kept) / row.size;
  const [countsRoom, middle] = [narrow ? 56 : 62, y + height / 2];
  return (
    <g className="number">
      <title>{`${row.group}: ${layerStatus(row)}`}</title>
      <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect width="6" height="6" fill="var(--surface)" />
        <rect width="2" height="6" fill={color} />
      </pattern>
      {selected && (
        <rect x={0} y={y - 4} width={x + width + 400} height={height + 8} fill="var(--accent-soft)" />
      )}
      {row.frozen === null ? (
        <>
          <rect
            x={x}
            y={y}
            width={keptWidth}
            height={height}
            fill={`color-mix(in srgb, ${color} ${guess === null ? 72 : 45}%, var(--surface))`}
          />
          <rect
            x={x + keptWidth}
            y={y}
            width={width - keptWidth}
            height={height}
            fill={`url(#${hatch})`}
            opacity={guess === null ? 1 : 0.55}
          />
          {row.predicted !== null && guess === null && (
            <PredictedEdge at={x + (width * row.predicted) / row.size} y={y} height={height} />
          )}
          {row.current && (
            <rect
              x={x}
              y={y}
              width={width}
              height={height}
              fill="none"
              stroke="var(--accent)"
              strokeWidth={2}
            />
          )}
        </>
      ) : (
        <rect
          x={x + 0.5}
          y={y + 0.5}
          width={width - 1}
          height={height - 1}
          fill="none"
          stroke="var(--line-strong)"
        />
      )}
      <text x={x + width + countsRoom} y={middle + 4} fontSize={12} textAnchor="end" fill="var(--ink)">
        {`${kept}/${row.size}`}
      </text>
      {style && (
        <path
          d={markerPath(style.marker, 3.6)}
          transform={`translate(${x + width + countsRoom + 14},${middle})`}
          fill={style.color}
        />
      )}
      <text
        x={x + width + countsRoom + (style ? 23 : 9)}
        y={middle + 4}
        fontSize={12}
        fill={style ? style.color : 'var(--ink-soft)'}
      >
        {statusText(row, narrow)}
      </text>
    </g>
  );
}

function statusText(row: LayerRow, narrow: boolean): string {
  if (!narrow) return shorten(layerStatus(row), 29);
  if (row.frozen !== null) return 'frozen';
  if (row.filtered) return 'top-K';
  if (row.current) return row.reason?.task ?? 'now';
  return row.reason?.task ?? (row.reason ? 'all passed' : '');
}

function PredictedEdge({
  at,
  y,
  height,
}: {
  readonly at: number;
  readonly y: number;
  readonly height: number;
}) {
  return (
    <line
      x1={at}
      x2={at}
      y1={y - 3}
      y2={y + height + 3}
      stroke="var(--ink)"
      strokeWidth={2}
      strokeDasharray="3 2"
    />
  );
}
