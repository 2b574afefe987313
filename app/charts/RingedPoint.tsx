import { usePlotArea, useXAxisScale, useYAxisScale } from 'recharts';
import type { RingedMark } from './LinePlot';

/** A ring around the point that decided; an arrow at the top edge for one above the plot. */
export function RingedPoint({ x, y, color }: RingedMark) {
  const area = usePlotArea();
  const [xScale, yScale] = [useXAxisScale(), useYAxisScale()];
  const [left, top] = [xScale?.(x), yScale?.(y)];
  if (!area || left === undefined || top === undefined) return null;
  if (top < area.y) return <path d={`M${left},${area.y - 9}l6,9h-12Z`} fill={color} />;
  return <circle cx={left} cy={top} r={8} fill="none" stroke={color} strokeWidth={2} />;
}
