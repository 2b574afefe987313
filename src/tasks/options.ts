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
  /** What a positive answer counts for against a negative one; of balanced losses the positives' share, 0 … 1. */
  readonly positiveWeight?: number;
  /** Exponent of the focal loss. */
  readonly gamma?: number;
  /** Weight of positives in the focal loss; 1 − alpha is that of negatives. */
  readonly alpha?: number;
  /** Where a smooth L1 loss turns linear, in the output's unit. */
  readonly beta?: number;
  /** Where Huber's loss turns linear, in the output's unit. */
  readonly delta?: number;
  /** What each class stands for, e.g. an age. */
  readonly values?: readonly number[];
  /** How much of the common error in the logarithm of depth is forgiven, 0 … 1. */
  readonly scaleInvariance?: number;
  /** Standard deviation of a keypoint's blob, in cells of the heat map. */
  readonly sigma?: number;
  /** Height and width of the network's input, in pixels. */
  readonly imageSize?: readonly number[];
  /** Pixels of the input per cell, by scale. */
  readonly strides?: readonly number[];
  /** Widths and heights in pixels, by scale: [[w, h, w, h, …], …]. */
  readonly anchors?: readonly (readonly number[])[];
  /** The only scale that counts, from 0; all when left out. */
  readonly scale?: number;
  /** What CenterNet's sizes are measured in: `cells` of the output (as in its released code) or `pixels` of the input. */
  readonly sizeUnit?: string;
  /** Whether boxes are `corners` (x1, y1, x2, y2) or `centre` (centre, width, height). */
  readonly boxFormat?: string;
  /** What outputs are compared as: `values`, or `classes` (softmax of logits); told by the outputs when left out. */
  readonly compare?: string;
  /** A loss in words of outputs and labels. */
  readonly expression?: string;
}
