import { useMemo } from 'react';
import type { Prediction } from '../../src/pruning/predict';
import { formatMacs, formatParams, formatPercent } from '../format/numbers';
import { useSettledRun } from '../state/run-view';
import { hoverGroup, pinGroup } from '../state/selection';
import { useStudio } from '../state/studio';
import { niceTicks } from './axis';
import { ChartFrame } from './ChartFrame';
import { endedSteps } from './ended-steps';
import { LinePlot, type PlotAxis, type PlotSeries } from './LinePlot';
import { costRows, predictedKey, type PlotRow } from './plot-data';
import { describeStep, stepAxis, stepCount, useGuide } from './step-axis';
import type { ChartTable } from './table';
import { useInTurn } from './use-in-turn';

interface Props {
  readonly predicted?: Prediction | null;
}

/** Shares of the original's MACs and params that remain after each step. */
export function CostChart({ predicted = null }: Props) {
  const run = useInTurn(useSettledRun());
  const guess = useInTurn(predicted);
  const model = useStudio((state) => state.model);
  const original = run.original ?? (guess ? model : null);
  const steps = endedSteps(run.steps);
  const started = run.original !== null;
  const rows = useMemo(() => costRows(steps, original, guess, started), [steps, original, guess, started]);
  const count = stepCount(run, guess);
  const axes = useMemo(() => ({ x: stepAxis(count, 0), y: shareAxis }), [count]);
  const table = useMemo(() => costTable(rows), [rows]);
  const guide = useGuide(rows);
  return (
    <ChartFrame
      title="Cost remaining"
      help="Multiply-accumulates for one input and learnable parameters, as shares of the unpruned network’s."
      table={table}
      empty={
        run.phase === 'empty' && !guess ? 'Press Run: what remains of the network’s cost appears here.' : null
      }
      note={
        run.original
          ? costNote(run.macs, run.params, run.original)
          : guess
            ? `Predicted: ${costNote(guess.final.macs, guess.final.params, original ?? guess.final)}`
            : ''
      }
    >
      {(size) => (
        <LinePlot
          rows={rows}
          series={guess ? withPrediction : exactSeries}
          {...axes}
          endRoom={guess ? 118 : 72}
          exact={exactPercent}
          describe={describeStep}
          guide={guide}
          onHover={hoverGroup}
          onPick={pinGroup}
          {...size}
        />
      )}
    </ChartFrame>
  );
}

interface Cost {
  readonly macs: number;
  readonly params: number;
}

function costNote(macs: number, params: number, original: Cost): string {
  return [
    `${formatMacs(original.macs)} → ${formatMacs(macs)} (${formatPercent(macs / original.macs)})`,
    `${formatParams(original.params)} → ${formatParams(params)} params (${formatPercent(params / original.params)})`,
  ].join(', ');
}

const exactSeries: readonly PlotSeries[] = [
  { key: 'macs', label: 'MACs', color: 'var(--ink)', endLabel: true, marker: 'circle' },
  { key: 'params', label: 'params', color: 'var(--ink-soft)', endLabel: true, marker: 'square' },
];

const withPrediction: readonly PlotSeries[] = [
  {
    key: predictedKey('macs'),
    label: 'MACs predicted',
    color: 'var(--ink)',
    predicted: true,
    endLabel: true,
  },
  {
    key: predictedKey('params'),
    label: 'params predicted',
    color: 'var(--ink-soft)',
    predicted: true,
    endLabel: true,
  },
  ...exactSeries,
];

const shareAxis: PlotAxis = {
  domain: [0, 1],
  ticks: niceTicks(0, 1),
  format: (value) => formatPercent(value, 0),
};

function costTable(rows: readonly PlotRow[]): ChartTable {
  const predicted = rows.some(({ values }) => predictedKey('macs') in values);
  const names = ['macs', 'params', ...(predicted ? [predictedKey('macs'), predictedKey('params')] : [])];
  return {
    columns: [
      { name: 'Step' },
      { name: 'Layer' },
      ...names.map((name) => ({ name: name.replace('macs', 'MACs'), format: exactPercent })),
    ],
    rows: rows.map(({ x, group, values }) => [x, group, ...names.map((name) => values[name] ?? null)]),
  };
}

const exactPercent = (value: number) => formatPercent(value, 2);
