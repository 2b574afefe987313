import { useMemo } from 'react';
import type { Prediction } from '../../src/pruning/predict';
import { thresholds as plannedThresholds } from '../../src/pruning/schedule';
import { formatPercent, formatTimes, significant } from '../format/numbers';
import { useSettledRun } from '../state/run-view';
import { hoverGroup, pinGroup } from '../state/selection';
import { niceTicks } from './axis';
import { ChartFrame } from './ChartFrame';
import { endedSteps } from './ended-steps';
import { LinePlot, type PlotAxis, type PlotSeries } from './LinePlot';
import { tickPercent } from './oracle-data';
import { scheduleRows, type PlotRow } from './plot-data';
import { describeStep, stepAxis, stepCount, useGuide } from './step-axis';
import type { ChartTable } from './table';
import { useInTurn } from './use-in-turn';

interface Props {
  readonly predicted?: Prediction | null;
}

/** The thresholds δ_k, step by step, and their running product against 1+α. */
export function ScheduleChart({ predicted = null }: Props) {
  const run = useInTurn(useSettledRun());
  const schedule = predicted?.schedule ?? run.thresholds;
  const count = stepCount(run, predicted);
  const ended = endedSteps(run.steps);
  const last = run.steps.at(-1);
  const open = last && last.report === null ? last.threshold : null;
  const { thresholds, products } = useMemo(
    () => scheduleRows(ended, open, schedule ? plannedThresholds(schedule, count) : []),
    [ended, open, schedule, count],
  );
  const axes = useMemo(
    () => scheduleAxes(thresholds, products, schedule?.alpha ?? 1, count),
    [thresholds, products, schedule, count],
  );
  const limits = useMemo(
    () =>
      schedule
        ? [
            {
              y: 1 + schedule.alpha,
              label: `bound 1 + α = ${formatTimes(1 + schedule.alpha)}`,
              side: 'left' as const,
            },
          ]
        : [],
    [schedule],
  );
  const table = useMemo(() => scheduleTable(thresholds, products), [thresholds, products]);
  const guide = useGuide(thresholds);
  const shared = { guide, describe: describeStep, onHover: hoverGroup, onPick: pinGroup };
  return (
    <ChartFrame
      title="Threshold schedule"
      help="Each committed step multiplies the next threshold by λ; a step that commits nothing passes its own on."
      table={table}
      empty={schedule ? null : 'Press Run: the thresholds of all steps appear here.'}
      note={
        schedule
          ? `δ ${formatPercent(schedule.delta)}, λ ${significant(schedule.lambda, 4)}, α ${formatPercent(schedule.alpha)}. Dashed: the plan, if every step commits.`
          : ''
      }
    >
      {({ width, height }) => (
        <>
          <LinePlot
            rows={thresholds}
            series={thresholdSeries}
            x={axes.x}
            y={axes.threshold}
            exact={exactPercent}
            {...shared}
            width={width}
            height={height / 2}
          />
          <LinePlot
            rows={products}
            series={productSeries}
            x={axes.x}
            y={axes.product}
            exact={exactTimes}
            limits={limits}
            {...shared}
            width={width}
            height={height / 2}
          />
        </>
      )}
    </ChartFrame>
  );
}

const thresholdSeries: readonly PlotSeries[] = [
  { key: 'planned', label: 'δₖ planned', color: 'var(--ink-soft)', predicted: true },
  { key: 'used', label: 'δₖ used', color: 'var(--ink)', endLabel: true, marker: 'circle' },
];
const productSeries: readonly PlotSeries[] = [
  { key: 'planned', label: '∏(1 + δₖ) planned', color: 'var(--ink-soft)', predicted: true },
  { key: 'used', label: '∏(1 + δₖ)', color: 'var(--ink)', endLabel: true, marker: 'circle' },
];

function scheduleAxes(
  thresholds: readonly PlotRow[],
  products: readonly PlotRow[],
  alpha: number,
  count: number,
): { readonly x: PlotAxis; readonly threshold: PlotAxis; readonly product: PlotAxis } {
  const highest = 1.2 * Math.max(0.001, ...allValues(thresholds));
  const bound = 1 + 1.12 * Math.max(alpha, ...allValues(products).map((value) => value - 1));
  return {
    x: stepAxis(count, 0),
    threshold: { domain: [0, highest], ticks: niceTicks(0, highest, 3), format: tickPercent(highest) },
    product: { domain: [1, bound], ticks: niceTicks(1, bound, 3), format: formatTimes },
  };
}

const allValues = (rows: readonly PlotRow[]) =>
  rows.flatMap(({ values }) => Object.values(values).filter((value) => value !== null));

function scheduleTable(thresholds: readonly PlotRow[], products: readonly PlotRow[]): ChartTable {
  return {
    columns: [
      { name: 'Step' },
      { name: 'Layer' },
      { name: 'δₖ planned', format: exactPercent },
      { name: 'δₖ used', format: exactPercent },
      { name: '∏(1 + δₖ) planned', format: exactTimes },
      { name: '∏(1 + δₖ) used', format: exactTimes },
    ],
    rows: thresholds.map(({ x, group, values }) => {
      const product = products[x]?.values;
      return [
        x,
        group,
        values['planned'] ?? null,
        values['used'] ?? null,
        product?.['planned'] ?? null,
        product?.['used'] ?? null,
      ];
    }),
  };
}

const exactPercent = (value: number) => formatPercent(value, 2);
const exactTimes = (value: number) => `${significant(value, 4)}×`;
