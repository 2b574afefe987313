import { memo } from 'react';
import { CartesianGrid, XAxis, YAxis } from 'recharts';
import type { PlotAxis } from './LinePlot';

interface Props {
  readonly x: PlotAxis;
  readonly y: PlotAxis;
  /** Whether values lie outside the y axis, so that their lines are cut there. */
  readonly cut: boolean;
}

/** Grid and axes; drawn again only when what they show differs. */
export const PlotAxes = memo(function PlotAxes({ x, y, cut }: Props) {
  return (
    <>
      <CartesianGrid vertical={false} stroke="var(--line)" syncWithTicks />
      <XAxis
        {...shared}
        dataKey="x"
        domain={[...x.domain]}
        ticks={[...x.ticks]}
        tickFormatter={x.format}
        height={22}
        padding={{ left: 6, right: 6 }}
      />
      <YAxis
        {...shared}
        domain={[...y.domain]}
        ticks={[...y.ticks]}
        tickFormatter={y.format}
        width={52}
        padding={{ top: 4, bottom: 4 }}
        allowDataOverflow={cut}
      />
    </>
  );
}, same);

const shared = {
  type: 'number',
  tick: { fill: 'var(--ink-soft)', fontSize: 11 },
  tickLine: false,
  axisLine: false,
  interval: 0,
} as const;

function same(before: Props, after: Props): boolean {
  return before.cut === after.cut && sameAxis(before.x, after.x) && sameAxis(before.y, after.y);
}

function sameAxis(before: PlotAxis, after: PlotAxis): boolean {
  return before === after || written(before) === written(after);
}

const written = ({ domain, ticks, format }: PlotAxis) => [domain, ticks, ticks.map(format)].join(' | ');
