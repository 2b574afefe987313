import { formatPercent } from '../format/numbers';

const width = 280;
const height = 44;

/** The thresholds δ_1 … δ_L under the sliders, as small bars. */
export function ScheduleSparkline({ thresholds }: { readonly thresholds: readonly number[] }) {
  const first = thresholds[0];
  const last = thresholds.at(-1);
  if (first === undefined || last === undefined) return null;
  const top = Math.max(...thresholds);
  const slot = width / thresholds.length;
  const label = `${formatPercent(first)} in the first layer to ${formatPercent(last)} in the last`;
  return (
    <figure className="schedule-sparkline">
      <svg
        viewBox={`0 0 ${width} ${height}`}
        role="img"
        aria-label={`Thresholds: ${label}`}
        preserveAspectRatio="none"
      >
        {thresholds.map((threshold, index) => {
          const bar = Math.max(1, (threshold / top) * (height - 2));
          return (
            <rect
              key={index}
              x={index * slot + 1}
              y={height - bar}
              width={Math.max(1, slot - 2)}
              height={bar}
            />
          );
        })}
      </svg>
      <figcaption className="soft number">{label}</figcaption>
    </figure>
  );
}
