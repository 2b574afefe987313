import { isStale } from './stale';
import type { StudioState } from './studio';

/** Before a run: what is missing, or that it can start. */
export function readiness(state: StudioState): string {
  const { model, calibration, tasks, problems, backend, run, engineProblem } = state;
  if (engineProblem !== null) return 'The engine did not start: nothing can be run.';
  if (!model) return 'Open a model to begin.';
  if (!calibration) return 'Open a calibration set: images and, if you have them, labels.';
  if (tasks.length === 0) return 'Add a task.';
  const [problem] = problems;
  if (problem) return `Before a run: ${problem.message.replace(/^recipe, method: /, '')}`;
  if (!backend)
    return run.status === 'recorded' ? 'A recorded run. The engine is starting…' : 'The engine is starting…';
  if (isStale(state)) return 'Settings changed: dashed is predicted.';
  return run.status === 'recorded' ? 'A recorded run. Press Run to repeat it here.' : 'Ready. Press Run.';
}
