import type { GroupId, KeepLists } from '../graph/channel-types';
import type { Param } from '../graph/graph';

export type TaskLosses = Readonly<Record<string, number>>;

export interface Evaluation {
  /** Mean loss over the calibration set for each task, by task name. */
  readonly losses: TaskLosses;
  /** Mean metric for each task that has one; null where they cost more than losses and were not asked for. */
  readonly metrics: TaskLosses | null;
  /**
   * `early-exit`: a limit was provably exceeded before all samples were seen; losses are then lower bounds.
   * `estimate`: losses are estimated from the portion that was asked for.
   */
  readonly bound: 'exact' | 'early-exit' | 'estimate';
  /** The standard errors of an estimate's losses. */
  readonly errors?: TaskLosses;
  /**
   * Multiply-accumulates that were actually executed during this evaluation, over the whole calibration set, those for
   * the one expected `next` included.
   */
  readonly macs: number;
}

export interface EvaluateOptions {
  /**
   * The group whose kept channels the coming evaluations vary, so that activations it cannot change are kept.
   * Only a hint: the result does not depend on it.
   */
  readonly vary?: GroupId;
  /** Highest loss per task that is still of interest; an evaluation may stop when one is provably exceeded. */
  readonly limits?: TaskLosses;
  /**
   * Groups that later evaluations will vary, soonest first, so that activations of this candidate are kept for
   * them should it be committed. Only a hint, like `vary`.
   */
  readonly upcoming?: readonly GroupId[];
  /** Look at this share of the calibration set only: always the same samples. What they cost is not paid again. */
  readonly portion?: number;
  /**
   * A network like it, measured on the whole set before: an estimate is then of what changes, which varies less. Only
   * a hint.
   */
  readonly against?: KeepLists;
  /**
   * What will be asked next, with the same options. Where reading results takes time the backend begins with it
   * meanwhile. Only a hint.
   */
  readonly next?: ExpectedNetwork;
  /** Whether metrics are wanted. Where outputs are read anyway they are measured in any case. */
  readonly metrics?: boolean;
  readonly signal?: AbortSignal;
}

/** A network that will be asked for, unless the losses exceed `limits`. */
export interface ExpectedNetwork {
  readonly keep: KeepLists;
  readonly limits?: TaskLosses;
}

export interface Work {
  /** Of the whole set, or up to where a limit was exceeded; estimates are not counted. */
  readonly evaluations: number;
  readonly macs: number;
  /** What re-running the whole sliced network over the whole set for each evaluation would have cost. */
  readonly naiveMacs: number;
}

/** Measures what a candidate network loses. The one seam between methods and engine. */
export interface Oracle {
  evaluate(keep: KeepLists, options?: EvaluateOptions): Promise<Evaluation>;
  /** Gives params of the whole network other numbers. What is known of values that these do not reach stays known. */
  replaceParams(params: readonly Param[]): Promise<void>;
  readonly work: Work;
  /** Name of the backend for the report, e.g. `wasm`. */
  readonly backend: string;
  dispose(): void;
}
