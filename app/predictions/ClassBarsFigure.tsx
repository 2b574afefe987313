import type { ClassBars } from '../../src/tasks/drawing';
import { shorten } from '../format/names';
import { formatPercent } from '../format/numbers';
import { answerOf } from './class-answers';

interface Props {
  /** Stands before the answer. */
  readonly caption: string;
  readonly bars: ClassBars;
  readonly shown: readonly number[];
  readonly color: string;
  readonly nameOf: (index: number) => string;
}

const [width, height, names] = [120, 46, 12];

/** A bar for each class; the true one's name is marked, and the answer stands below in words. */
export function ClassBarsFigure({ caption, bars, shown, color, nameOf }: Props) {
  const { index, probability, right } = answerOf(bars);
  const step = width / Math.max(shown.length, 1);
  const verdict = right === null ? '' : right ? ' ✓' : ' ✗';
  const words = `${nameOf(index)}${verdict} ${formatPercent(probability, 0)}`;
  const truth = bars.labels.map(nameOf).join(', ');
  return (
    <>
      <svg
        className="class-bars number"
        viewBox={`0 0 ${width} ${height + names}`}
        role="img"
        aria-label={`Answer ${words}${truth ? `; true: ${truth}` : ''}`}
      >
        <line x1={0} x2={width} y1={height + 0.5} y2={height + 0.5} stroke="var(--line-strong)" />
        {shown.map((at, place) => {
          const value = Math.max(0, Math.min(1, bars.probabilities[at] ?? 0));
          const isTrue = bars.labels.includes(at);
          return (
            <g key={at} transform={`translate(${place * step},0)`}>
              <title>{`${nameOf(at)}: ${formatPercent(value)}${isTrue ? ', the true class' : ''}`}</title>
              <rect width={step} height={height} fill="transparent" />
              {isTrue && (
                <rect x={0.5} width={step - 1} height={height + names} rx={2} className="class-true" />
              )}
              <rect
                x={step * 0.18}
                y={height * (1 - value)}
                width={step * 0.64}
                height={height * value}
                fill={color}
              />
              {step >= 7 && (
                <text
                  x={step / 2}
                  y={height + names - 2.5}
                  fontSize={9}
                  textAnchor="middle"
                  className={isTrue ? 'class-name true' : 'class-name'}
                >
                  {shorten(nameOf(at), Math.max(2, Math.floor(step / 5)))}
                </text>
              )}
            </g>
          );
        })}
      </svg>
      <p className="figure-words number" data-right={right}>
        <span className="soft">{caption}</span> {words}
      </p>
    </>
  );
}
