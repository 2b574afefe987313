import type { AugmentationSpec, OptimiserSpec, ScheduleSpec } from '../engine/train';
import type { RecoveryMethod } from './events';

/** The recipe's `"recover"`. */
export interface RecoverSettings {
  /** Once after the run, or in the greedy loop after every commit, so that later trials see the recovered network. */
  readonly when: 'after' | 'each-commit';
  /** In the order in which they are applied. */
  readonly methods: readonly RecoveryMethod[];
  /** Used where `methods` has `fine-tune`. */
  readonly fineTune: FineTuneSettings;
}

export interface FineTuneSettings {
  /** A file like the calibration set's, with the same arrays; the calibration set itself where there is none. */
  readonly train: string | null;
  /** A file of its own, or the part of the training samples that is held out. */
  readonly validation: string | number;
  readonly epochs: number;
  readonly batchSize: number;
  readonly optimiser: OptimiserSpec['kind'];
  /** Peak of the schedule. */
  readonly learningRate: number;
  readonly schedule: ScheduleSpec['kind'];
  readonly warmUp?: number;
  readonly weightDecay: number;
  /** The gradient's norm is cut to this; null for as long as it is. */
  readonly clipNorm: number | null;
  /** Share of the old in the moving average of the weights, which is what is kept; null for none. */
  readonly averageDecay: number | null;
  /** Weight of the tasks' own losses; 0 to learn from the unpruned network alone. */
  readonly labels: number;
  /** `uncertainty`: each task's loss is weighted by what is learned of its noise (Kendall et al. 2018). */
  readonly weighting: 'fixed' | 'uncertainty';
  readonly distill: DistillSettings;
  readonly augment: AugmentationSpec;
  /** Evaluations without a better one after which the training ends; null for never. */
  readonly patience: number | null;
  /** Evaluations on the validation set in one epoch. */
  readonly evaluationsPerEpoch: number;
  /** Also trains the pruned architecture from new weights: as many epochs (E), or as much compute (B). */
  readonly scratch: readonly ('E' | 'B')[];
  /** Peak of the controls' schedule: new weights bear and need a higher one. */
  readonly scratchLearningRate: number;
  readonly seed: number;
}

/** Learning from the unpruned network (Hinton et al. 2015; Romero et al. 2015); weights of 0 leave a part out. */
export interface DistillSettings {
  /** Of the distance between outputs. */
  readonly outputs: number;
  /** Softens the classes' probabilities. */
  readonly temperature: number;
  /** Of the distance between what layers that lost channels read. */
  readonly features: number;
}

/** The recipe's `"rounds"`: prune, recover, prune again. */
export interface RoundsSettings {
  /** At most. */
  readonly count: number;
  /** Γ: stop when no more than this part of the unpruned network's MACs is left. */
  readonly macs: number | null;
  /** Take back a round after which a metric is worse than the unpruned network's by more than this. */
  readonly metricDrop: number | null;
  /** δ of round r (from 0) is δ + deltaSlope·r. */
  readonly deltaSlope: number;
  /** 1+α of round r (from 0) is 1 + α + alphaSlope·r. */
  readonly alphaSlope: number;
}

export const defaultFineTune: FineTuneSettings = {
  train: null,
  validation: 0.1,
  epochs: 2,
  batchSize: 64,
  optimiser: 'sgd',
  learningRate: 0.02,
  schedule: 'one-cycle',
  weightDecay: 5e-4,
  clipNorm: 5,
  averageDecay: null,
  labels: 1,
  weighting: 'fixed',
  distill: { outputs: 1, temperature: 4, features: 0 },
  augment: {},
  patience: null,
  evaluationsPerEpoch: 1,
  scratch: [],
  scratchLearningRate: 0.1,
  seed: 1,
};

export const defaultRecover: RecoverSettings = {
  when: 'after',
  methods: ['least-squares', 'batch-norm'],
  fineTune: defaultFineTune,
};

export const defaultRounds: RoundsSettings = {
  count: 3,
  macs: null,
  metricDrop: null,
  deltaSlope: 0,
  alphaSlope: 0,
};

/**
 * One click: half of the MACs, and every metric within one point of the unpruned network's. Without a training set
 * least squares does it; with one, fine-tuning may be added to the methods.
 */
export const halveTheMacs: { readonly recover: RecoverSettings; readonly rounds: RoundsSettings } = {
  recover: { ...defaultRecover, when: 'each-commit', methods: ['least-squares'] },
  rounds: { ...defaultRounds, count: 4, macs: 0.5, metricDrop: 0.01, deltaSlope: 0.1, alphaSlope: 1 },
};
