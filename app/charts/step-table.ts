import type { RunState } from '../../src/pruning/run-state';
import { stopReason } from './stop-sentence';
import type { ChartTable } from './table';

/** The steps in full, for CSV. */
export function stepTable({ steps, filtered }: Pick<RunState, 'steps' | 'filtered'>): ChartTable {
  const names = ['Step', 'Layer', 'Channels before', 'Channels after', 'Ratio', 'Stopped by', 'Drop there'];
  const rest = ['Threshold', 'Margin', 'MACs saved', 'Loss rise', 'Left whole by top-K'];
  return {
    columns: [...names, ...rest].map((name) => ({ name })),
    rows: steps.map((step) => {
      const { task, drop } = stopReason(step);
      const { report } = step;
      return [
        step.index + 1,
        step.group,
        step.sizeBefore,
        step.sizeBefore - (report?.committed?.removed.length ?? 0),
        report?.committed?.ratio ?? 0,
        task,
        drop,
        step.threshold,
        drop === null ? null : drop - step.threshold,
        report?.macsSaved ?? null,
        report?.committed ? report.lossRise : null,
        filtered.includes(step.group) ? 'yes' : 'no',
      ];
    }),
  };
}
