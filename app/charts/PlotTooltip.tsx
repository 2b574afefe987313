import type { PlotSeries } from './LinePlot';
import { markerPath } from './marker-path';
import type { PlotRow } from './plot-data';

interface Props {
  readonly row: PlotRow | null;
  readonly series: readonly PlotSeries[];
  readonly exact: (value: number) => string;
  readonly describe: (row: PlotRow) => string;
}

/** The exact numbers of one x position. */
export function PlotTooltip({ row, series, exact, describe }: Props) {
  if (!row) return null;
  return (
    <div className="plot-tooltip">
      <p>{describe(row)}</p>
      <dl className="number">
        {series.map(({ key, label, color, marker, predicted }) => {
          const value = row.values[key];
          if (typeof value !== 'number') return null;
          return (
            <div key={key}>
              <dt>
                <svg width="10" height="10" viewBox="-5 -5 10 10" aria-hidden="true">
                  <path d={markerPath(marker ?? 'square', 3.2)} fill={color} opacity={predicted ? 0.5 : 1} />
                </svg>
                {label}
              </dt>
              <dd>{row.atLeast ? `≥ ${exact(value)}` : exact(value)}</dd>
            </div>
          );
        })}
      </dl>
    </div>
  );
}
