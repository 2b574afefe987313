import type { CalibrationSpec } from '../calibration/calibration';
import type { RecoverSettings, RoundsSettings } from '../recovery/settings';
import type { TaskSpec } from '../tasks/task';
import type { ChannelLimits } from './candidates';

export type Mode = 'corrected' | 'published';
export type SaliencyName = 'l1' | 'l2';

/** Thresholds: any two of δ, λ, α; `solveSchedule` finds the third. */
export interface PagcpSettings extends ChannelLimits {
  readonly name: 'pagcp';
  readonly mode: Mode;
  readonly delta?: number;
  readonly lambda?: number;
  readonly alpha?: number;
  readonly topK: number;
  readonly saliency: SaliencyName;
  readonly ratios: readonly number[];
  readonly probeRatio: number;
  readonly search: 'linear' | 'bracket';
  /** Whether a trial ends as soon as a task provably violates; its drops are then lower bounds. By default in `bracket`. */
  readonly earlyExit?: boolean;
}

/** `recipe.json`, after defaults are filled in; paths are relative to the recipe. */
export interface Recipe {
  readonly model: string;
  readonly calibration: CalibrationSpec;
  readonly tasks: readonly TaskSpec[];
  readonly method: PagcpSettings;
  /** Globs over layer and param names. */
  readonly exclude: readonly string[];
  /** What wins back what pruning costs; nothing when it is absent. */
  readonly recover?: RecoverSettings;
  /** One round when it is absent. */
  readonly rounds?: RoundsSettings;
}
