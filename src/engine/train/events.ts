import type { Losses } from './objective';

/** What a training tells while it runs: plain data. */
export type TrainingEvent = TrainingBegan | TrainingStep | EpochEnded | TrainingDiverged | TrainingEnded;

export interface TrainingBegan {
  readonly kind: 'training-began';
  /** Of the whole training. */
  readonly steps: number;
  readonly stepsPerEpoch: number;
  readonly batchSize: number;
  /** Samples that go through the network at once, under the memory budget. */
  readonly microBatchSize: number;
  /** Steps that were done before, when a checkpoint is resumed. */
  readonly done: number;
}

export interface TrainingStep {
  readonly kind: 'training-step';
  /** Counted from 1. */
  readonly step: number;
  /** Counted from 1. */
  readonly epoch: number;
  readonly learningRate: number;
  /** Means over the batch's samples. */
  readonly losses: Losses;
  /** Of the batch's mean loss, before clipping. */
  readonly gradientNorm: number;
  readonly seconds: number;
}

export interface EpochEnded {
  readonly kind: 'epoch-ended';
  readonly epoch: number;
  /** Means over the epoch's samples since the training began or was resumed. */
  readonly losses: Losses;
  readonly seconds: number;
}

/** The network is back at the last good checkpoint. */
export interface TrainingDiverged {
  readonly kind: 'training-diverged';
  readonly step: number;
  /** The loss that is not a number any more; null when only the gradient is not. */
  readonly loss: string | null;
  /** Step of the checkpoint. */
  readonly restored: number;
  /** A sentence: what happened and what to lower. */
  readonly message: string;
}

export interface TrainingEnded {
  readonly kind: 'training-ended';
  readonly steps: number;
  readonly seconds: number;
}
