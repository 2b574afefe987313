import type { Removed } from '../../src/inspect';
import type { RunState } from '../../src/pruning/run-state';

/** The channels that the network lacks at a moment of a run. */
export function removedIn({ report, steps }: Pick<RunState, 'report' | 'steps'>): Removed {
  if (report) return report.removed;
  return Object.fromEntries(
    steps.flatMap((step) => {
      const removed = step.report?.committed?.removed ?? [];
      return removed.length > 0 ? [[step.group, removed] as const] : [];
    }),
  );
}
