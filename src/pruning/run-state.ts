import type { TaskLosses } from '../engine/oracle';
import type { GroupId } from '../graph/channel-types';
import type { RunEvent, TrialMeasured } from './events';
import type { PagcpSettings } from './recipe';
import type { ModelFigures, Report, ReportGroup, StepReport } from './report';

export interface StepState {
  readonly index: number;
  readonly group: GroupId;
  readonly threshold: number;
  readonly sizeBefore: number;
  readonly base: TaskLosses;
  readonly trials: readonly TrialMeasured[];
  /** Set when the step has ended. */
  readonly report: StepReport | null;
  /** After the step, once it has ended. */
  readonly losses: TaskLosses | null;
  readonly macs: number | null;
  readonly params: number | null;
}

/** Everything the page shows of a run at one moment: a fold over the run's events. */
export interface RunState {
  readonly phase: 'empty' | 'started' | 'searching' | 'filtered' | 'finished';
  readonly settings: PagcpSettings | null;
  readonly thresholds: { readonly delta: number; readonly lambda: number; readonly alpha: number } | null;
  readonly tasks: readonly string[];
  readonly groups: readonly ReportGroup[];
  readonly original: ModelFigures | null;
  readonly order: readonly GroupId[];
  readonly gains: Readonly<Record<GroupId, number>>;
  readonly steps: readonly StepState[];
  /** Kept units of each group that lost some, at this moment. */
  readonly kept: Readonly<Record<GroupId, number>>;
  /** Losses and cost of the network as committed at this moment. */
  readonly losses: TaskLosses;
  readonly macs: number;
  readonly params: number;
  readonly filtered: readonly GroupId[];
  readonly scores: Readonly<Record<GroupId, number>>;
  readonly report: Report | null;
}

export const emptyRun: RunState = {
  phase: 'empty',
  settings: null,
  thresholds: null,
  tasks: [],
  groups: [],
  original: null,
  order: [],
  gains: {},
  steps: [],
  kept: {},
  losses: {},
  macs: 0,
  params: 0,
  filtered: [],
  scores: {},
  report: null,
};

export function foldRun(events: readonly RunEvent[], from: RunState = emptyRun): RunState {
  return events.reduce(advanceRun, from);
}

export function advanceRun(run: RunState, event: RunEvent): RunState {
  switch (event.kind) {
    case 'run-started':
      return {
        ...emptyRun,
        phase: 'started',
        settings: event.settings,
        thresholds: { delta: event.delta, lambda: event.lambda, alpha: event.alpha },
        tasks: event.tasks,
        groups: event.groups,
        original: event.original,
        losses: event.original.losses,
        macs: event.original.macs,
        params: event.original.params,
      };
    case 'order-found':
      return { ...run, order: event.order, gains: event.gains };
    case 'step-began': {
      const { step, group, threshold, sizeBefore, base } = event;
      const begun = { index: step, group, threshold, sizeBefore, base, trials: [] };
      const open = { ...begun, report: null, losses: null, macs: null, params: null };
      return { ...run, phase: 'searching', steps: [...run.steps, open] };
    }
    case 'trial-measured':
      return withLastStep(run, (step) => ({ ...step, trials: [...step.trials, event] }));
    case 'step-ended': {
      const { report, losses, macs, params, kept } = event;
      const ended = withLastStep(run, (step) => ({ ...step, report, losses, macs, params }));
      return { ...ended, losses, macs, params, kept };
    }
    case 'step-recovered':
      return withLastStep({ ...run, losses: event.losses }, (step) => ({ ...step, losses: event.losses }));
    case 'filter-applied':
      return { ...run, phase: 'filtered', filtered: event.filtered, scores: event.scores };
    case 'run-finished': {
      const { report, kept } = event;
      const { losses, macs, params } = report.final;
      return { ...run, phase: 'finished', report, kept, losses, macs, params, filtered: report.filtered };
    }
  }
}

function withLastStep(run: RunState, change: (step: StepState) => StepState): RunState {
  const last = run.steps.at(-1);
  return last ? { ...run, steps: [...run.steps.slice(0, -1), change(last)] } : run;
}
