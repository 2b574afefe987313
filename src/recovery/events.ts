import type { TaskLosses } from '../engine/oracle';
import type { RunEvent } from '../pruning/events';
import type { ModelFigures, Report } from '../pruning/report';

/** Recovery without gradients. */
export type Remedy = 'least-squares' | 'batch-norm' | 'scale-bias';
export type RecoveryMethod = Remedy | 'fine-tune';

/**
 * What a recovery tells while it goes, in order: plain serialisable data, like a run's events. Rounds put a run's
 * events between those of their recoveries.
 */
export type RecoveryEvent =
  | RecoveryBegan
  | LayerRecovered
  | MethodEnded
  | TuningBegan
  | TuningStep
  | TuningEvaluated
  | TuningEnded
  | RecoveryEnded
  | NetworkMade
  | RoundBegan
  | RoundEnded
  | RoundsEnded
  | PruningEvent;

export interface RecoveryBegan {
  readonly kind: 'recovery-began';
  readonly methods: readonly RecoveryMethod[];
  /** On the calibration set, as all figures but those that say otherwise. */
  readonly original: ModelFigures;
  readonly pruned: ModelFigures;
}

export interface LayerRecovered {
  readonly kind: 'layer-recovered';
  readonly method: Remedy;
  readonly layer: string;
  readonly done: number;
  readonly total: number;
  /**
   * Squared distance from the unpruned network's output over that output's spread (0: alike, 1: as far as its mean).
   * For `batch-norm` how far the means were off, in variances. Null where the layer was left alone.
   */
  readonly errorBefore: number | null;
  readonly errorAfter: number | null;
  /** Multiply-accumulates executed for it, over all samples. */
  readonly macs: number;
}

export interface MethodEnded {
  readonly kind: 'method-ended';
  readonly method: RecoveryMethod;
  readonly figures: ModelFigures;
  readonly seconds: number;
}

/** Which training this is: the recovery's, or a control's with the same epochs (E) or the same compute (B). */
export type TuningPurpose = 'recovery' | 'scratch-E' | 'scratch-B';

export interface TuningBegan {
  readonly kind: 'tuning-began';
  readonly purpose: TuningPurpose;
  readonly trainSamples: number;
  readonly validationSamples: number;
  /** Where the training samples come from; `calibration` when there is nothing else. */
  readonly source: 'file' | 'calibration';
  /** Sentences that a person should read. */
  readonly warnings: readonly string[];
  readonly epochs: number;
  readonly steps: number;
  readonly stepsPerEpoch: number;
  readonly batchSize: number;
  /** At equal distances over the whole training, from its first step to its last. */
  readonly learningRates: readonly number[];
  /** On the validation set, before the first step. */
  readonly before: TuningFigures;
  /** The unpruned network's. */
  readonly original: TuningFigures;
}

export interface TuningFigures {
  readonly losses: TaskLosses;
  readonly metrics: TaskLosses;
}

export interface TuningStep {
  readonly kind: 'tuning-step';
  readonly purpose: TuningPurpose;
  /** Counted from 1. */
  readonly step: number;
  readonly epoch: number;
  readonly learningRate: number;
  /** Of the batch: each task's, and those of distillation, by name. */
  readonly losses: TaskLosses;
  readonly gradientNorm: number;
  /** Of this training, as the steps so far suggest. */
  readonly secondsLeft: number;
}

export interface TuningEvaluated {
  readonly kind: 'tuning-evaluated';
  readonly purpose: TuningPurpose;
  readonly step: number;
  readonly epoch: number;
  /** On the validation set. */
  readonly figures: TuningFigures;
  /** Sum of the tasks' weighted losses, each over the unpruned network's: what early stopping watches. */
  readonly score: number;
  /** Whether it is the best so far, and so the one that is kept. */
  readonly best: boolean;
}

export interface TuningEnded {
  readonly kind: 'tuning-ended';
  readonly purpose: TuningPurpose;
  readonly why: 'done' | 'early-stopping' | 'diverged';
  /** A sentence where it did not go to its end, else null. */
  readonly message: string | null;
  /** The step whose network was kept. */
  readonly keptStep: number;
  readonly figures: TuningFigures;
  readonly seconds: number;
}

export interface RecoveryEnded {
  readonly kind: 'recovery-ended';
  readonly report: RecoveryReport;
}

/** A network that the session has and can export, for comparing MACs with metrics. */
export interface NetworkMade {
  readonly kind: 'network-made';
  readonly network: MadeNetwork;
}

export interface MadeNetwork {
  /** Unique in the session. */
  readonly id: string;
  /** How it came about, for people, e.g. `round 2, fine-tuned`. */
  readonly label: string;
  readonly stage: 'original' | 'pruned' | 'recovered' | 'checkpoint' | 'control';
  readonly figures: ModelFigures;
  /** On the validation set, where there is one. */
  readonly validation: TuningFigures | null;
}

export interface RoundBegan {
  readonly kind: 'round-began';
  /** Counted from 1. */
  readonly round: number;
  readonly rounds: number;
  readonly delta: number | null;
  readonly alpha: number | null;
  /** Of the network that the round begins with. */
  readonly macs: number;
  readonly targetMacs: number | null;
}

export interface RoundEnded {
  readonly kind: 'round-ended';
  readonly report: RoundReport;
}

export interface RoundsEnded {
  readonly kind: 'rounds-ended';
  readonly rounds: readonly RoundReport[];
  /** Why there were no more. */
  readonly why: RoundsEnd;
  /** The same as a sentence. */
  readonly message: string;
}

export type RoundsEnd = 'macs-target' | 'metric-floor' | 'rounds' | 'nothing-pruned';

export interface PruningEvent {
  readonly kind: 'pruning';
  readonly event: RunEvent;
}

/** `"recovery"` in report.json. */
export interface RecoveryReport {
  readonly when: 'after' | 'each-commit';
  /** Applied after every commit; `pruned` has seen them. */
  readonly inLoop: readonly Remedy[];
  readonly original: ModelFigures;
  readonly pruned: ModelFigures;
  /** After each method, in order. */
  readonly methods: readonly {
    readonly method: RecoveryMethod;
    readonly figures: ModelFigures;
    readonly seconds: number;
  }[];
  readonly recovered: ModelFigures;
  readonly validation: ValidationReport | null;
}

export interface ValidationReport {
  readonly samples: number;
  readonly original: TuningFigures;
  readonly before: TuningFigures;
  readonly recovered: TuningFigures;
  readonly controls: Readonly<Partial<Record<'scratch-E' | 'scratch-B', TuningFigures>>>;
  readonly warnings: readonly string[];
}

/** One of `"rounds"` in report.json. */
export interface RoundReport {
  readonly round: number;
  readonly delta: number;
  readonly lambda: number;
  readonly alpha: number;
  /** Of the round's own run; its channels are numbered as in the network that it began with. */
  readonly run: Report;
  readonly pruned: ModelFigures;
  readonly recovery: RecoveryReport | null;
  readonly final: ModelFigures;
  /** False for a round that broke the floor and was taken back. */
  readonly kept: boolean;
}
