import { describe, expect, it } from 'vitest';
import { foldRun } from '../../src/pruning/run-state';
import { fixtureEvents } from '../testing/fixture';
import { pressure, shade, stopCounts, taskLayerColumns, taskLayerTable } from './task-layer-data';

const run = foldRun(fixtureEvents);
const columns = taskLayerColumns(run);

describe('the map of tasks and layers', () => {
  it('has a column for each step, in the order of the steps', () => {
    expect(columns.map(({ group }) => group)).toEqual(run.steps.map(({ group }) => group));
  });

  it('shows the task that stopped a layer above its threshold, and no task above it where none did', () => {
    for (const column of columns) {
      const over = run.tasks.filter((task) => (pressure(column, task) ?? 0) > 1);
      if (column.stoppedBy === null) expect(over).toEqual([]);
      else expect(over).toContain(column.stoppedBy);
    }
  });

  it('counts what each task stopped as the run reported it', () => {
    const reported = run.tasks.map((task) => ({
      task,
      count: run.report?.steps.filter(({ stoppedBy }) => stoppedBy === task).length,
    }));
    expect(stopCounts(columns, run.tasks)).toEqual(reported);
  });

  it('darkens up to one and a half thresholds', () => {
    expect([-0.2, 0, 0.75, 1.5, 9].map(shade)).toEqual([0, 0, 0.5, 1, 1]);
  });

  it('writes the drops themselves to its table', () => {
    const [first] = columns;
    const [row] = taskLayerTable(columns, run.tasks).rows;
    expect(row).toEqual([
      1,
      first?.group,
      first?.stoppedBy,
      first?.threshold,
      ...run.tasks.map((t) => first?.drops[t]),
    ]);
  });
});
