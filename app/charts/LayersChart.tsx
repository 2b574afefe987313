import { memo, useMemo } from 'react';
import { Bar, BarChart, XAxis, YAxis, type BarShapeProps } from 'recharts';
import type { GroupId } from '../../src/graph/channel-types';
import type { Prediction } from '../../src/pruning/predict';
import { plural, shorten } from '../format/names';
import { formatCount } from '../format/numbers';
import { useSettledRun } from '../state/run-view';
import { hoverGroup, pinGroup, useSelectedGroup } from '../state/selection';
import { useStudio } from '../state/studio';
import { ChartFrame } from './ChartFrame';
import { LayerBar, type LayerBarData } from './LayerBar';
import { layerRows, layerTable, type LayerRow } from './layer-rows';
import { useChartTasks } from './use-chart-tasks';
import { useInTurn } from './use-in-turn';

interface Props {
  readonly predicted?: Prediction | null;
}

const rowHeight = 24;

/** Channels kept and removed in every layer, coloured by the task that stopped it. */
export function LayersChart({ predicted = null }: Props) {
  const run = useInTurn(useSettledRun());
  const guess = useInTurn(predicted);
  const modelGroups = useStudio((state) => state.model?.groups);
  const groups = run.groups.length > 0 ? run.groups : modelGroups;
  const tasks = useChartTasks(run.tasks);
  const rows = useMemo(() => layerRows(run, groups ?? [], guess), [run, groups, guess]);
  const table = useMemo(() => layerTable(rows), [rows]);
  const selected = useSelectedGroup();
  return (
    <ChartFrame
      title="Channels kept per layer"
      help="Solid is kept, hatched removed; the colour is that of the task that stopped the layer."
      table={table}
      height={Math.min(Math.max(rows.length, 8), 14) * rowHeight + 6}
      empty={rows.length > 0 ? null : 'Open a model: its layers appear here.'}
      note={layersNote(rows)}
    >
      {({ width, height }) => (
        <div className="layer-scroll" style={{ height }} tabIndex={-1}>
          <LayerBars rows={rows} tasks={tasks} selected={selected} width={width - scrollBar} />
        </div>
      )}
    </ChartFrame>
  );
}

const scrollBar = 10;

interface BarsProps {
  readonly rows: readonly LayerRow[];
  readonly tasks: readonly string[];
  readonly selected: GroupId | null;
  readonly width: number;
}

const LayerBars = memo(function LayerBars({ rows, tasks, selected, width }: BarsProps) {
  const narrow = width < 560;
  const nameLength = narrow ? 13 : 26;
  const longest = Math.max(0, ...rows.map(({ name }) => Math.min(name.length, nameLength)));
  const nameWidth = 18 + 6.6 * longest;
  const right = narrow ? 128 : 260;
  const data = rows.map((row): LayerBarData => ({ row, tasks, narrow, selected: row.group === selected }));
  return (
    <BarChart
      layout="vertical"
      width={width}
      height={rows.length * rowHeight}
      data={data}
      margin={{ top: 0, right, bottom: 0, left: 0 }}
      barCategoryGap={5}
      accessibilityLayer={false}
      onMouseMove={({ activeTooltipIndex }) => hoverGroup(groupAt(rows, activeTooltipIndex))}
      onMouseLeave={() => hoverGroup(null)}
      onClick={({ activeTooltipIndex }) => {
        const group = groupAt(rows, activeTooltipIndex);
        if (group !== null) pinGroup(group);
      }}
    >
      <XAxis type="number" domain={[0, 1]} hide />
      <YAxis
        type="category"
        dataKey={({ row }: LayerBarData) => row.group}
        width={nameWidth}
        interval={0}
        tickLine={false}
        axisLine={false}
        tick={{ fill: 'var(--ink)', fontSize: 12 }}
        tickFormatter={(_, index) => shorten(rows[index]?.name ?? '', nameLength)}
      />
      <Bar dataKey={() => 1} isAnimationActive={false} shape={bar} />
    </BarChart>
  );
});

function bar({ x, y, width, height, payload }: BarShapeProps) {
  // recharts hands back the very item it was given.
  return <LayerBar x={x} y={y} width={width} height={height} data={payload as LayerBarData} />;
}

function groupAt(rows: readonly LayerRow[], index: unknown): GroupId | null {
  return index === null || index === undefined ? null : (rows[Number(index)]?.group ?? null);
}

function layersNote(rows: readonly LayerRow[]): string {
  const prunable = rows.filter(({ frozen }) => frozen === null);
  const guessed = prunable.every(({ reason, predicted }) => reason === null && predicted !== null);
  const kept = (row: LayerRow) => (guessed ? (row.predicted ?? row.size) : row.kept);
  const removed = prunable.reduce((sum, row) => sum + row.size - kept(row), 0);
  const total = prunable.reduce((sum, { size }) => sum + size, 0);
  if (total === 0) return '';
  const frozen = rows.length - prunable.length;
  const counts = `${formatCount(removed)} of ${formatCount(total)} channels removed in ${plural(prunable.length, 'group')}`;
  return `${guessed ? 'Predicted: ' : ''}${counts}${frozen > 0 ? `, ${frozen} frozen` : ''}`;
}
