import { usePlotArea, useYAxisScale } from 'recharts';

/** A limit's name, written on its line at the right; at the top edge with an arrow when the line lies above it. */
export function LimitLabel({ y, label }: { readonly y: number; readonly label: string }) {
  const area = usePlotArea();
  const yScale = useYAxisScale();
  const at = yScale?.(y);
  if (!area || at === undefined) return null;
  const above = at < area.y - 0.5;
  return (
    <text
      x={area.x + 6}
      y={above ? area.y + 4 : at - 5}
      fontSize={11}
      fill="var(--ink)"
      className="halo number"
    >
      {above ? `↑ ${label}` : label}
    </text>
  );
}
