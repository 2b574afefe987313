import { usePlotArea, useYAxisScale } from 'recharts';
import type { PlotLimit } from './LinePlot';

/** A limit's name, written on its line; at the top edge with an arrow when the line lies above it. */
export function LimitLabel({ y, label, side }: PlotLimit) {
  const area = usePlotArea();
  const yScale = useYAxisScale();
  const at = yScale?.(y);
  if (!area || at === undefined) return null;
  const above = at < area.y - 0.5;
  return (
    <text
      x={side === 'left' ? area.x + 6 : area.x + area.width - 6}
      textAnchor={side === 'left' ? 'start' : 'end'}
      y={above ? area.y + 4 : at - 5}
      fontSize={11}
      fill="var(--ink)"
      className="halo number"
    >
      {above ? `↑ ${label}` : label}
    </text>
  );
}
