import { useMemo, useState } from 'react';
import type { MadeNetwork } from '../../src/recovery/events';
import { niceTicks, spreadLabels } from '../charts/axis';
import { ChartFrame } from '../charts/ChartFrame';
import { markerPath } from '../charts/marker-path';
import type { ChartTable } from '../charts/table';
import { shorten } from '../format/names';
import { formatMacs, formatPercent, significant } from '../format/numbers';
import { useSelection } from '../state/selection';
import { taskStyle } from '../state/task-style';
import { paretoPoints, type ParetoPoint } from './pareto';
import { networkName, stageNames } from './words';

interface Props {
  readonly networks: readonly MadeNetwork[];
  readonly tasks: readonly string[];
}

/** What each network of the session costs against how good it is; the line joins those that no other beats. */
export function ParetoChart({ networks, tasks }: Props) {
  const emphasised = useSelection((state) => state.task);
  const [chosen, setChosen] = useState<string | null>(null);
  const task = chosen ?? emphasised ?? tasks[0] ?? '';
  const points = useMemo(() => paretoPoints(networks, task), [networks, task]);
  const table = useMemo(() => networkTable(networks, tasks), [networks, tasks]);
  return (
    <ChartFrame
      title="Cost against metric"
      help="Every network made in this session; the line joins those that no other one beats in both."
      table={table}
      height={260}
      empty={points.length > 0 ? null : 'Run, or recover: each network that is made becomes a point here.'}
      tools={
        tasks.length > 1 && (
          <select
            className="field pareto-task"
            aria-label="Metric of"
            value={task}
            onChange={({ target }) => setChosen(target.value)}
          >
            {tasks.map((name) => (
              <option key={name}>{name}</option>
            ))}
          </select>
        )
      }
    >
      {(size) => <Plot points={points} color={taskStyle(tasks, task).color} {...size} />}
    </ChartFrame>
  );
}

interface PlotProps {
  readonly points: readonly ParetoPoint[];
  readonly color: string;
  readonly width: number;
  readonly height: number;
}

const [left, right, top, bottom] = [52, 20, 14, 34];

function Plot({ points, color, width, height }: PlotProps) {
  const mostMacs = Math.max(...points.map(({ macs }) => macs));
  const metrics = points.map(({ metric }) => metric);
  const [low, high] = paddedRange(metrics);
  const x = (macs: number) => left + ((width - left - right) * macs) / mostMacs;
  const y = (metric: number) => height - bottom - ((height - top - bottom) * (metric - low)) / (high - low);
  const front = points.filter(({ best }) => best).toSorted((a, b) => a.macs - b.macs);
  const labels = labelHeights(
    points.map(({ macs, metric }) => ({ x: x(macs), y: y(metric) })),
    height - bottom,
  );
  const write = high <= 1.2 ? (value: number) => formatPercent(value) : (value: number) => significant(value);
  return (
    <svg width={width} height={height} className="number">
      {niceTicks(low, high).map((tick) => (
        <g key={tick} transform={`translate(0,${y(tick)})`}>
          <line x1={left} x2={width - right} stroke="var(--line)" />
          <text x={left - 6} y={4} fontSize={11} textAnchor="end" fill="var(--ink-soft)">
            {write(tick)}
          </text>
        </g>
      ))}
      {niceTicks(0, mostMacs).map((tick) => (
        <text
          key={tick}
          x={x(tick)}
          y={height - bottom + 16}
          fontSize={11}
          textAnchor="middle"
          fill="var(--ink-soft)"
        >
          {formatMacs(tick)}
        </text>
      ))}
      <line
        x1={left}
        x2={width - right}
        y1={height - bottom}
        y2={height - bottom}
        stroke="var(--line-strong)"
      />
      <polyline
        points={front.map(({ macs, metric }) => `${x(macs)},${y(metric)}`).join(' ')}
        fill="none"
        stroke={color}
        strokeWidth={1.5}
        strokeDasharray="5 3"
      />
      {points.map(({ network, macs, metric, best }, index) => {
        const near = x(macs) > width * 0.7;
        return (
          <g key={network.id}>
            <title>{`${networkName(network)}: ${formatMacs(macs)}, ${write(metric)}`}</title>
            <path
              d={markerPath(markerOf(network), 5)}
              transform={`translate(${x(macs)},${y(metric)})`}
              fill={best ? color : 'var(--kept)'}
              className="pareto-point"
            />
            <text
              x={x(macs) + (near ? -10 : 10)}
              y={(labels[index] ?? 0) + 4}
              fontSize={11}
              textAnchor={near ? 'end' : 'start'}
              fill={best ? 'var(--ink)' : 'var(--ink-soft)'}
              className="halo"
            >
              {shorten(networkName(network), 34)}
            </text>
          </g>
        );
      })}
    </svg>
  );
}

/** Labels make room for each other where their points stand above one another. */
function labelHeights(places: readonly { readonly x: number; readonly y: number }[], low: number): number[] {
  const column = (at: number) => Math.round(at / 80);
  return places.map(({ x }, index) => {
    const together = places.flatMap((place, at) => (column(place.x) === column(x) ? [at] : []));
    const wanted = together.map((at) => places[at]?.y ?? 0);
    return spreadLabels(wanted, 13, top, low)[together.indexOf(index)] ?? 0;
  });
}

const markerOf = ({ stage }: MadeNetwork) =>
  stage === 'original'
    ? 'square'
    : stage === 'pruned'
      ? 'triangle'
      : stage === 'control'
        ? 'cross'
        : 'circle';

/** With air around the values, so that a single one stands in the middle. */
function paddedRange(values: readonly number[]): readonly [number, number] {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const air = Math.max((high - low) * 0.15, Math.abs(high) * 0.01, 1e-6);
  return [low - air, high + air];
}

function networkTable(networks: readonly MadeNetwork[], tasks: readonly string[]): ChartTable {
  return {
    columns: [
      { name: 'Network' },
      { name: 'Kind' },
      { name: 'MACs' },
      { name: 'Params' },
      ...tasks.flatMap((task) => [{ name: `Metric of ${task}` }, { name: `On the validation set, ${task}` }]),
    ],
    rows: networks.map(({ label, stage, figures, validation }) => [
      networkName({ label }),
      stageNames[stage],
      figures.macs,
      figures.params,
      ...tasks.flatMap((task) => [figures.metrics[task] ?? null, validation?.metrics[task] ?? null]),
    ]),
  };
}
