import { useMemo } from 'react';
import { ChartFrame } from '../charts/ChartFrame';
import type { ChartTable } from '../charts/table';
import { formatChange, formatLoss, formatPercent, significant } from '../format/numbers';
import { taskStyle } from '../state/task-style';
import { metricStages, wonBack, type Stage } from './metric-stages';
import type { RecoveryProgress } from './progress';

const rowHeight = 22;
const nameWidth = 108;
const numberWidth = 56;

/** Each task's metric of the unpruned, the pruned and the recovered network, on the calibration set. */
export function MetricBars({ progress }: { readonly progress: RecoveryProgress }) {
  const stages = useMemo(() => metricStages(progress), [progress]);
  const [first] = stages;
  const tasks = Object.keys(first?.figures.metrics ?? {});
  const table = useMemo(() => stageTable(stages), [stages]);
  return (
    <ChartFrame
      title="Before, pruned, recovered"
      help="Each task’s metric on the calibration set; what came back of what pruning lost stands beside its name."
      height={Math.max(220, tasks.length * (rowHeight * Math.max(3, stages.length) + 26))}
      table={table}
      empty={stages.length > 0 ? null : 'Recover a pruned network: what comes back is drawn here.'}
      note={stages.length > 1 ? costWords(stages) : ''}
    >
      {({ width }) => (
        <svg width={width} height={tasks.length * (rowHeight * stages.length + 26)} className="number">
          {tasks.map((task, index) => (
            <g key={task} transform={`translate(0,${index * (rowHeight * stages.length + 26)})`}>
              <TaskBars task={task} tasks={tasks} stages={stages} width={width} />
            </g>
          ))}
        </svg>
      )}
    </ChartFrame>
  );
}

interface BarsProps {
  readonly task: string;
  readonly tasks: readonly string[];
  readonly stages: readonly Stage[];
  readonly width: number;
}

function TaskBars({ task, tasks, stages, width }: BarsProps) {
  const { color } = taskStyle(tasks, task);
  const values = stages.map(({ figures }) => figures.metrics[task] ?? NaN);
  const most = Math.max(...values.filter(Number.isFinite), 1e-9);
  const room = Math.max(10, width - nameWidth - numberWidth);
  const back = wonBack(stages, task);
  const write = most <= 1 ? (value: number) => formatPercent(value) : formatLoss;
  return (
    <>
      <text y={14} fontSize={12} fontWeight={600} fill={color}>
        {task}
        {back !== null && (
          <tspan fill="var(--ink-soft)" fontWeight={400}>{`  ${formatPercent(back, 0)} won back`}</tspan>
        )}
      </text>
      {stages.map(({ name }, index) => {
        const value = values[index] ?? NaN;
        const y = 20 + index * rowHeight;
        return (
          <g key={name} transform={`translate(0,${y})`}>
            <text y={14} fontSize={11.5} fill="var(--ink-soft)">
              {name}
            </text>
            <rect
              x={nameWidth}
              y={3}
              width={Math.max(0, (room * (Number.isFinite(value) ? value : 0)) / most)}
              height={rowHeight - 7}
              rx={2}
              fill={
                index === 0
                  ? 'var(--kept)'
                  : `color-mix(in srgb, ${color} ${index === 1 ? 45 : 85}%, var(--surface))`
              }
            />
            <text x={width} y={14} fontSize={11.5} textAnchor="end" fill="var(--ink)">
              {write(value)}
            </text>
          </g>
        );
      })}
    </>
  );
}

function costWords(stages: readonly Stage[]): string {
  const [original, pruned] = stages;
  if (!original || !pruned) return '';
  return `MACs ${formatChange(pruned.figures.macs / original.figures.macs - 1, 0)}, params ${formatChange(pruned.figures.params / original.figures.params - 1, 0)}`;
}

function stageTable(stages: readonly Stage[]): ChartTable {
  const [first] = stages;
  const tasks = Object.keys(first?.figures.losses ?? {});
  return {
    columns: [
      { name: 'Network' },
      { name: 'MACs' },
      { name: 'Params' },
      ...tasks.map((task) => ({ name: `Loss of ${task}`, format: formatLoss })),
      ...tasks.map((task) => ({ name: `Metric of ${task}`, format: (value: number) => significant(value) })),
    ],
    rows: stages.map(({ name, figures }) => [
      name,
      figures.macs,
      figures.params,
      ...tasks.map((task) => figures.losses[task] ?? null),
      ...tasks.map((task) => figures.metrics[task] ?? null),
    ]),
  };
}
