import { usePlotArea, useXAxisScale, useYAxisScale } from 'recharts';
import { spreadLabels } from './axis';
import type { PlotSeries } from './LinePlot';
import type { PlotRow } from './plot-data';

interface Props {
  readonly rows: readonly PlotRow[];
  readonly series: readonly PlotSeries[];
  readonly format: (value: number) => string;
}

const lineHeight = 13;

/** Each line's name and last value beside its end, moved apart where they would touch. */
export function EndLabels({ rows, series, format }: Props) {
  const area = usePlotArea();
  const [xScale, yScale] = [useXAxisScale(), useYAxisScale()];
  if (!area || !xScale || !yScale) return null;
  const ends = series.flatMap((line) => {
    if (!line.endLabel) return [];
    const row = rows.findLast(({ values }) => typeof values[line.key] === 'number');
    const value = row?.values[line.key];
    if (!row || typeof value !== 'number') return [];
    return [
      {
        line,
        text: row.atLeast ? `≥ ${format(value)}` : format(value),
        left: xScale(row.x) ?? 0,
        wanted: clamp(yScale(value) ?? 0, area.y, area.y + area.height),
      },
    ];
  });
  const places = spreadLabels(
    ends.map(({ wanted }) => wanted),
    2 * lineHeight,
    area.y + 4,
    area.y + area.height - lineHeight,
  );
  return (
    <g fontSize={11} className="number">
      {ends.map(({ line, text, left }, index) => (
        <text key={line.key} x={left + 13} y={places[index]} className="halo">
          <tspan fill={line.color} fontWeight={600}>
            {line.label}
          </tspan>
          <tspan x={left + 13} dy={lineHeight} fill="var(--ink)">
            {text}
          </tspan>
        </text>
      ))}
    </g>
  );
}

const clamp = (value: number, low: number, high: number) => Math.min(Math.max(value, low), high);
