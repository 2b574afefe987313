import { useMemo } from 'react';
import { useStudio } from '../state/studio';

/** The run's tasks, or before a run those it would have: colours stay with the tasks. */
export function useChartTasks(tasks: readonly string[]): readonly string[] {
  const specs = useStudio((state) => state.tasks);
  return useMemo(() => (tasks.length > 0 ? tasks : specs.map(({ name }) => name)), [tasks, specs]);
}
