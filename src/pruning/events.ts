import type { TaskLosses } from '../engine/oracle';
import type { GroupId } from '../graph/channel-types';
import type { ModelFigures, Report, ReportGroup, StepReport, TrialReport } from './report';
import type { PagcpSettings } from './recipe';

/**
 * What a run tells, in order. Plain serialisable data: the page's state at any moment is a fold over these, so
 * replay, time travel and saving are the same mechanism.
 */
export type RunEvent =
  | RunStarted
  | OrderFound
  | StepBegan
  | TrialMeasured
  | StepEnded
  | StepRecovered
  | FilterApplied
  | RunFinished;

export interface RunStarted {
  readonly kind: 'run-started';
  readonly settings: PagcpSettings;
  readonly lambda: number;
  readonly delta: number;
  readonly alpha: number;
  readonly tasks: readonly string[];
  readonly groups: readonly ReportGroup[];
  readonly original: ModelFigures;
}

export interface OrderFound {
  readonly kind: 'order-found';
  readonly order: readonly GroupId[];
  /** MACs saved in the whole model by removing the probe ratio of each group alone. */
  readonly gains: Readonly<Record<GroupId, number>>;
}

export interface StepBegan {
  readonly kind: 'step-began';
  readonly step: number;
  readonly group: GroupId;
  readonly threshold: number;
  readonly sizeBefore: number;
  /** base_t: each task's loss that drops are measured against. */
  readonly base: TaskLosses;
}

export interface TrialMeasured {
  readonly kind: 'trial-measured';
  readonly step: number;
  readonly trial: TrialReport;
  readonly losses: TaskLosses;
  /** The task with the largest drop when that exceeds the threshold, else null. */
  readonly violatedBy: string | null;
  readonly macs: number;
  readonly remembered: boolean;
}

export interface StepEnded {
  readonly kind: 'step-ended';
  readonly step: number;
  readonly report: StepReport;
  /** After the step: losses of the model as committed, and its cost. */
  readonly losses: TaskLosses;
  readonly macs: number;
  readonly params: number;
  /** Units kept per group after the step. Groups that are whole are left out. */
  readonly kept: Readonly<Record<GroupId, number>>;
}

/** Where every commit is followed by a recovery: the network that later trials see. */
export interface StepRecovered {
  readonly kind: 'step-recovered';
  readonly step: number;
  /** What was applied, in order. */
  readonly methods: readonly string[];
  readonly losses: TaskLosses;
}

export interface FilterApplied {
  readonly kind: 'filter-applied';
  readonly entered: readonly GroupId[];
  readonly filtered: readonly GroupId[];
  readonly scores: Readonly<Record<GroupId, number>>;
}

export interface RunFinished {
  readonly kind: 'run-finished';
  readonly report: Report;
  /** Units kept per group in the final model. Groups that are whole are left out. */
  readonly kept: Readonly<Record<GroupId, number>>;
}
