import type { GroupId } from '../graph/channel-types';
import type { TaskLosses } from '../engine/oracle';
import type { RecoveryReport, RoundReport } from '../recovery/events';

export interface ReportGroup {
  readonly id: GroupId;
  readonly size: number;
  readonly producers: readonly string[];
  readonly consumers: readonly string[];
  readonly frozen: string | null;
}

export interface TrialReport {
  readonly ratio: number;
  readonly removed: number;
  /** Relative rise of each task's loss over its base: Δ_t. */
  readonly drops: TaskLosses;
  readonly bound: 'exact' | 'early-exit';
}

export interface StepReport {
  readonly group: GroupId;
  readonly threshold: number;
  readonly sizeBefore: number;
  readonly trials: readonly TrialReport[];
  /** `removed` lists channel indices of the first producer in the original numbering, ascending. */
  readonly committed: { readonly ratio: number; readonly removed: readonly number[] } | null;
  readonly stoppedBy: string | null;
  /**
   * False when the largest drop was seen to fall although more was removed: the bracket search may then stop
   * elsewhere than the linear one.
   */
  readonly monotone?: false;
  readonly macsSaved: number;
  readonly lossRise: number;
}

export interface ModelFigures {
  readonly macs: number;
  readonly params: number;
  readonly losses: TaskLosses;
  readonly metrics: TaskLosses;
}

/** Where each task stands against 1+α on the rebuilt model (`corrected` mode re-checks; `published` does not). */
export interface BoundCheck {
  readonly task: string;
  readonly relativeLoss: number;
  readonly bound: number;
  readonly within: boolean;
}

/** `report.json` (DESIGN §6). */
export interface Report {
  readonly version: 1;
  readonly lambda: number;
  readonly delta: number;
  readonly alpha: number;
  readonly order: readonly GroupId[];
  readonly groups: readonly ReportGroup[];
  readonly baseline: TaskLosses;
  readonly steps: readonly StepReport[];
  readonly filtered: readonly GroupId[];
  readonly original: ModelFigures;
  readonly final: ModelFigures;
  /** Channels removed from each group of the final model, original numbering of its first producer. */
  readonly removed: Readonly<Record<GroupId, readonly number[]>>;
  readonly check: readonly BoundCheck[] | null;
  readonly work: {
    readonly evaluations: number;
    readonly macs: number;
    readonly naiveMacs: number;
    /** Executed by what was applied after every commit: in none of the other figures. */
    readonly recoveryMacs?: number;
    readonly seconds: number;
    readonly backend: string;
  };
  /** What was won back after pruning; `final` is then the recovered model. */
  readonly recovery?: RecoveryReport;
  /** Where there was more than one round: the steps above are the first one's. */
  readonly rounds?: readonly RoundReport[];
}
