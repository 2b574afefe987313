import type { GroupId } from '../../src/graph/channel-types';
import type { RunState, StepState } from '../../src/pruning/run-state';
import { useStudio } from './studio';

/**
 * The step that is told about where no layer is selected: the latest; of a recorded run as a whole, which nobody has
 * watched, the one with the longest curve.
 */
export function useShownStep(): (run: RunState, selected: GroupId | null) => StepState | null {
  const isRecorded = useStudio((state) => state.run.status === 'recorded');
  return isRecorded ? recordedStep : stepOf;
}

const stepOf = ({ steps }: Pick<RunState, 'steps'>, selected: GroupId | null): StepState | null =>
  steps.find(({ group }) => group === selected) ?? steps.at(-1) ?? null;

function recordedStep(run: RunState, selected: GroupId | null): StepState | null {
  if (run.report === null || selected !== null) return stepOf(run, selected);
  const most = Math.max(...run.steps.map(({ trials }) => trials.length));
  return run.steps.find(({ trials }) => trials.length === most) ?? null;
}
