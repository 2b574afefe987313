import { memo, useId, type KeyboardEvent } from 'react';
import type { GroupId } from '../../src/graph/channel-types';
import type { RunState, StepState } from '../../src/pruning/run-state';
import { layerName } from '../format/names';
import { formatChange, formatMacs, formatPercent, formatPoints, significant } from '../format/numbers';
import { useSettledRun } from '../state/run-view';
import { hoverGroup, pinGroup, useSelection } from '../state/selection';
import { useStudio } from '../state/studio';
import { ChartMenu } from './ChartMenu';
import { FrozenGroups } from './FrozenGroups';
import { stopReason } from './stop-sentence';
import { stepTable } from './step-table';
import './StepTable.css';
import { TaskName } from './TaskName';
import { useInTurn } from './use-in-turn';

/** “Why did this layer stop?”: a row a step. */
export function StepTable() {
  const run = useInTurn(useSettledRun());
  const modelGroups = useStudio((state) => state.model?.groups);
  const groups = run.groups.length > 0 ? run.groups : (modelGroups ?? []);
  const id = useId();
  return (
    <section className="card chart" aria-labelledby={id}>
      <header>
        <h3 id={id}>Why did this layer stop?</h3>
        <ChartMenu title="Steps" table={stepTable(run)} />
      </header>
      <p className="chart-help">A row for each step; pick one to see its layer everywhere.</p>
      <div className="step-table">
        <table className="number" aria-labelledby={id}>
          <thead>
            <tr>
              <th scope="col">Step</th>
              <th scope="col">Layer</th>
              <th scope="col" className="right">
                Channels
              </th>
              <th scope="col" className="right">
                Ratio
              </th>
              <th scope="col">Stopped by</th>
              <th
                scope="col"
                className="right"
                title="The stopping task’s drop at the ratio that stopped the layer"
              >
                Drop
              </th>
              <th scope="col" className="right">
                Threshold
              </th>
              <th
                scope="col"
                className="right"
                title="By how much the drop exceeds the threshold, in percentage points"
              >
                Margin
              </th>
              <th scope="col" className="right">
                MACs saved
              </th>
              <th scope="col" className="right" title="Rise of the summed loss over the step">
                Loss rise
              </th>
            </tr>
          </thead>
          <tbody>
            {run.steps.map((step) => (
              <StepRow key={step.index} step={step} tasks={run.tasks} filtered={isFiltered(run, step)} />
            ))}
          </tbody>
        </table>
        {run.steps.length === 0 && (
          <p className="step-empty">Press Run: each layer’s step is listed here as it ends.</p>
        )}
      </div>
      <FrozenGroups groups={groups} />
    </section>
  );
}

function isFiltered(run: RunState, { group }: StepState): boolean {
  return run.filtered.includes(group);
}

interface RowProps {
  readonly step: StepState;
  readonly tasks: readonly string[];
  readonly filtered: boolean;
}

const StepRow = memo(function StepRow({ step, tasks, filtered }: RowProps) {
  const { group, report, threshold, sizeBefore, index } = step;
  const state = useSelection(({ pinned, hovered }) => rowState(group, pinned, hovered));
  const { task, drop } = stopReason(step);
  const removed = report?.committed?.removed.length ?? 0;
  return (
    <tr
      data-state={state}
      data-now={report === null}
      onMouseEnter={() => hoverGroup(group)}
      onMouseLeave={() => hoverGroup(null)}
      onClick={() => pinGroup(group)}
    >
      <td>{index + 1}</td>
      <th scope="row">
        <button
          type="button"
          aria-pressed={state === 'pinned'}
          title={group}
          onClick={(event) => {
            event.stopPropagation();
            pinGroup(group);
          }}
          onKeyDown={moveBetweenRows}
          onFocus={() => hoverGroup(group)}
          onBlur={() => hoverGroup(null)}
        >
          {layerName(group)}
        </button>
      </th>
      <td className="right">{removed > 0 ? `${sizeBefore} → ${sizeBefore - removed}` : sizeBefore}</td>
      <td className="right">
        {report ? (report.committed ? formatPercent(report.committed.ratio, 0) : '–') : 'searching'}
      </td>
      <td>
        {task !== null ? (
          <TaskName task={task} tasks={tasks} />
        ) : (
          <span className="soft">{report ? 'every ratio passed' : ''}</span>
        )}
        {filtered && <span className="soft"> · whole again by top-K</span>}
      </td>
      <td className="right">{drop === null ? '' : formatChange(drop)}</td>
      <td className="right">{formatPercent(threshold)}</td>
      <td className="right">{drop === null ? '' : formatPoints(drop - threshold)}</td>
      <td className="right">{report && report.macsSaved > 0 ? formatMacs(report.macsSaved) : ''}</td>
      <td className="right">{report?.committed ? significant(report.lossRise) : ''}</td>
    </tr>
  );
});

function rowState(
  group: GroupId,
  pinned: GroupId | null,
  hovered: GroupId | null,
): 'pinned' | 'hovered' | undefined {
  if (pinned === group) return 'pinned';
  return hovered === group ? 'hovered' : undefined;
}

function moveBetweenRows(event: KeyboardEvent<HTMLButtonElement>): void {
  if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
  const row = event.currentTarget.closest('tr');
  const next = event.key === 'ArrowDown' ? row?.nextElementSibling : row?.previousElementSibling;
  const button = next?.querySelector('button');
  if (!button) return;
  event.preventDefault();
  button.focus();
}
