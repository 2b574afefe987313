import type { TaskLosses } from '../../src/engine/oracle';
import type { StepReport } from '../../src/pruning/report';
import type { StepState } from '../../src/pruning/run-state';

export interface EndedStep extends StepState {
  readonly report: StepReport;
  readonly losses: TaskLosses;
  readonly macs: number;
  readonly params: number;
}

const known = new WeakMap<StepReport, readonly EndedStep[]>();
const none: readonly EndedStep[] = [];

/** The steps that have ended; the very same array until another one ends, so that charts of steps redraw only then. */
export function endedSteps(steps: readonly StepState[]): readonly EndedStep[] {
  const ended = steps.filter(hasEnded);
  const last = ended.at(-1);
  if (!last) return none;
  const remembered = known.get(last.report);
  if (remembered) return remembered;
  known.set(last.report, ended);
  return ended;
}

export function hasEnded(step: StepState): step is EndedStep {
  return step.report !== null && step.losses !== null && step.macs !== null && step.params !== null;
}
