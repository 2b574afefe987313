import { useMemo } from 'react';
import { labelNames } from '../../src/tasks/task';
import { useShownSetup } from './shown-setup';
import { useStudio } from './studio';

/** What a task's classes are called: as the calibration set names the classes of its labels, else by number. */
export function useClassNames(): (task: string, index: number) => string {
  const names = useStudio((state) => state.calibration?.classNames);
  const tasks = useShownSetup()?.tasks;
  return useMemo(() => {
    const byTask = new Map(
      (tasks ?? []).map((task) => [
        task.name,
        labelNames(task).flatMap((array) => (names?.[array] ? [names[array]] : []))[0],
      ]),
    );
    return (task, index) => byTask.get(task)?.[index] ?? String(index);
  }, [names, tasks]);
}
