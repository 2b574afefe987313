/**
 * What a task may say beside its outputs and labels, as flat fields of `recipe.json`. Which loss reads which:
 * `catalogue.ts`.
 */
export interface TaskOptions {
  /** Which figure of merit is shown; each loss has its own. */
  readonly metric?: string;
  /** Share of the label's weight that is spread over all classes, 0 … 1. */
  readonly labelSmoothing?: number;
  /** By class. */
  readonly classWeights?: readonly number[];
  /** The label of positions that do not count. */
  readonly ignore?: number;
  /** What a positive answer counts for against a negative one. */
  readonly positiveWeight?: number;
  /** Where a smooth L1 loss turns linear, in the output's unit. */
  readonly beta?: number;
  /** Where Huber's loss turns linear, in the output's unit. */
  readonly delta?: number;
}
