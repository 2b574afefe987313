import { memo, useMemo, type KeyboardEvent } from 'react';
import { layerName, shorten } from '../format/names';
import { formatPercent } from '../format/numbers';
import { useSettledRun } from '../state/run-view';
import { hoverGroup, pinGroup, useSelectedGroup, useSelection } from '../state/selection';
import { taskStyle } from '../state/task-style';
import { ChartFrame } from './ChartFrame';
import { markerPath } from './marker-path';
import {
  pressure,
  shade,
  stopCounts,
  taskLayerColumns,
  taskLayerTable,
  type TaskLayerColumn,
} from './task-layer-data';
import './TaskLayerMap.css';
import { TaskName } from './TaskName';
import { useChartTasks } from './use-chart-tasks';
import { useInTurn } from './use-in-turn';

const namesHeight = 100;
const rowsHeight = 200;
const longestName = 18;
/** How far the last column's name leans out to the right. */
const slantOf = (name: string) => 14 + 5 * Math.min(longestName, name.length);
const rowHeightOf = (tasks: number) => Math.min(64, Math.max(28, rowsHeight / Math.max(tasks, 1)));

/** Which layers stopped because of which task, and how near the others were. */
export function TaskLayerMap() {
  const run = useInTurn(useSettledRun());
  const tasks = useChartTasks(run.tasks);
  const columns = useMemo(() => taskLayerColumns(run), [run]);
  const table = useMemo(() => taskLayerTable(columns, tasks), [columns, tasks]);
  const slots = Math.max(run.order.length, columns.length);
  return (
    <ChartFrame
      title="Tasks × layers"
      help="Each task’s drop where the layer’s step ended, the darker, the nearer to the threshold; a marker where it stopped the layer."
      table={table}
      height={Math.max(rowsHeight, tasks.length * rowHeightOf(tasks.length)) + namesHeight}
      interactive
      empty={columns.length > 0 ? null : 'Press Run: a column appears here for each layer.'}
      note={columns.length > 0 && <Counts columns={columns} tasks={tasks} />}
    >
      {({ width }) => (
        <Cells
          columns={columns}
          tasks={tasks}
          slots={slots}
          right={slantOf(layerName(run.order.at(-1) ?? columns.at(-1)?.group ?? ''))}
          width={width}
        />
      )}
    </ChartFrame>
  );
}

interface CellsProps {
  readonly columns: readonly TaskLayerColumn[];
  readonly tasks: readonly string[];
  readonly slots: number;
  /** Room beside the last column. */
  readonly right: number;
  readonly width: number;
}

const Cells = memo(function Cells({ columns, tasks, slots, right, width }: CellsProps) {
  const selected = useSelectedGroup();
  const emphasised = useSelection((state) => state.task);
  const left = 26 + 7.6 * Math.max(0, ...tasks.map((task) => Math.min(task.length, 16)));
  const step = (width - left - right) / Math.max(slots, 1);
  const rowHeight = rowHeightOf(tasks.length);
  const height = tasks.length * rowHeight;
  return (
    <svg width={width} height={height + namesHeight} className="task-layers number">
      {tasks.map((task, row) => (
        <RowName key={task} task={task} tasks={tasks} y={(row + 0.5) * rowHeight} />
      ))}
      <g transform={`translate(${left},0)`}>
        {columns.map((column, index) => (
          <g
            key={column.group}
            transform={`translate(${index * step},0)`}
            className="task-layer-column"
            role="button"
            tabIndex={index === 0 ? 0 : -1}
            aria-pressed={selected === column.group}
            aria-label={columnWords(column, tasks)}
            onPointerEnter={() => hoverGroup(column.group)}
            onPointerLeave={() => hoverGroup(null)}
            onFocus={() => hoverGroup(column.group)}
            onBlur={() => hoverGroup(null)}
            onClick={() => pinGroup(column.group)}
            onKeyDown={(event) => onKey(event, column)}
          >
            <title>{columnWords(column, tasks)}</title>
            {selected === column.group && (
              <rect x={-1} y={-1} width={step + 1} height={height + 3} className="task-layer-selected" />
            )}
            {tasks.map((task, row) => (
              <Cell
                key={task}
                column={column}
                task={task}
                tasks={tasks}
                width={step - 1}
                y={row * rowHeight}
                height={rowHeight}
                quiet={emphasised !== null && emphasised !== task}
              />
            ))}
            {(step >= 15 || selected === column.group) && (
              <text
                transform={`translate(${step / 2 + 4},${height + 12}) rotate(40)`}
                className={selected === column.group ? 'task-layer-name selected halo' : 'task-layer-name'}
              >
                {shorten(column.name, longestName)}
              </text>
            )}
          </g>
        ))}
      </g>
    </svg>
  );
});

function RowName({
  task,
  tasks,
  y,
}: {
  readonly task: string;
  readonly tasks: readonly string[];
  readonly y: number;
}) {
  const { color, marker } = taskStyle(tasks, task);
  return (
    <g>
      <path d={markerPath(marker, 3.6)} transform={`translate(6,${y})`} fill={color} />
      <text x={16} y={y + 4} fontSize={12} fontWeight={600} fill={color}>
        {shorten(task, 16)}
      </text>
    </g>
  );
}

interface CellProps {
  readonly column: TaskLayerColumn;
  readonly task: string;
  readonly tasks: readonly string[];
  readonly width: number;
  readonly y: number;
  readonly height: number;
  readonly quiet: boolean;
}

function Cell({ column, task, tasks, width, y, height, quiet }: CellProps) {
  const share = pressure(column, task);
  if (share === null) return null;
  const { color, marker } = taskStyle(tasks, task);
  const depth = shade(share);
  const stopped = column.stoppedBy === task;
  const ink = depth > 0.8 ? 'var(--surface)' : 'var(--ink)';
  const middle = y + height / 2;
  const roomy = width >= 40 && height >= 40;
  return (
    <g opacity={quiet ? 0.35 : 1}>
      <rect
        x={0}
        y={y + 1}
        width={Math.max(width, 1)}
        height={height - 2}
        rx={Math.min(3, width / 4)}
        fill={`color-mix(in srgb, ${color} ${Math.round(6 + 86 * depth)}%, var(--surface))`}
      />
      {stopped && (
        <path
          d={markerPath(marker, 3.6)}
          transform={`translate(${width / 2},${roomy ? middle - 10 : middle})`}
          fill={ink}
        />
      )}
      {roomy && (
        <text x={width / 2} y={middle + (stopped ? 11 : 4)} textAnchor="middle" fontSize={11} fill={ink}>
          {(stopped && column.atLeast ? '≥ ' : '') + formatPercent(column.drops[task] ?? NaN, 0)}
        </text>
      )}
    </g>
  );
}

function columnWords(
  { step, group, stoppedBy, threshold, drops }: TaskLayerColumn,
  tasks: readonly string[],
) {
  const end = stoppedBy === null ? 'no task stopped it' : `stopped by ${stoppedBy}`;
  const rises = tasks.map((task) => `${task} ${formatPercent(drops[task] ?? NaN)}`).join(', ');
  return `Step ${step}, ${group}: ${end}; ${rises}; threshold ${formatPercent(threshold)}`;
}

function Counts({
  columns,
  tasks,
}: {
  readonly columns: readonly TaskLayerColumn[];
  readonly tasks: readonly string[];
}) {
  return (
    <>
      Layers stopped:{' '}
      {stopCounts(columns, tasks).map(({ task, count }, index) => (
        <span key={task}>
          {index > 0 && ', '}
          {count} by <TaskName task={task} tasks={tasks} />
        </span>
      ))}
      <span className="soft">, of {columns.length} tried</span>
    </>
  );
}

function onKey(event: KeyboardEvent<SVGGElement>, { group }: TaskLayerColumn): void {
  const { currentTarget, key } = event;
  if (key === 'Enter' || key === ' ') pinGroup(group);
  else if (key === 'ArrowRight') focus(currentTarget.nextElementSibling);
  else if (key === 'ArrowLeft') focus(currentTarget.previousElementSibling);
  else return;
  event.preventDefault();
}

function focus(element: Element | null): void {
  if (element instanceof SVGElement) element.focus();
}
