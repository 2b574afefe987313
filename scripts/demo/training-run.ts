import * as tf from '@tensorflow/tfjs-core';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { learningRate, type ScheduleSpec } from '../../src/engine/train/schedule';
import { Trainer } from '../../src/engine/train/trainer';
import type { TrainerOptions } from '../../src/engine/train/trainer-options';
import type { Graph } from '../../src/graph/graph';
import { weightsFile } from './weights';

/** One step's input and loss; both are disposed after the step. */
export interface DemoBatch {
  readonly x: tf.Tensor;
  readonly loss: (outputs: ReadonlyMap<string, tf.Tensor>) => tf.Scalar;
  readonly dispose: () => void;
}

export type TrainingLimit = { readonly steps: number } | { readonly minutes: number };

export interface DemoTraining {
  readonly network: Graph;
  readonly trainer: TrainerOptions;
  readonly schedule: ScheduleSpec;
  /** Steps, or minutes: then the schedule follows the clock, and no two runs give the same weights. */
  readonly limit: TrainingLimit;
  /** Folder for `weights.npz`, which is renewed every `reportEvery` steps. */
  readonly folder: string;
  readonly reportEvery: number;
  readonly batch: (step: number) => DemoBatch;
  /** Called with the averaged network whenever weights are saved; what it returns is logged. */
  readonly measure: (graph: Graph) => unknown;
}

/** Trains, logs, and leaves the moving average of the weights in the folder. */
export async function trainDemo(plan: DemoTraining): Promise<void> {
  mkdirSync(plan.folder, { recursive: true });
  const trainer = new Trainer(plan.network, plan.trainer);
  const started = performance.now();
  let sum = 0;
  let progress = 0;
  for (let step = 1; progress < 1; step++) {
    sum += takeStep(trainer, plan, step - 1, learningRate(plan.schedule, progress));
    progress = progressOf(plan.limit, step, performance.now() - started);
    if (step % plan.reportEvery !== 0 && progress < 1) continue;
    const graph = await trainer.snapshot('average');
    writeFileSync(join(plan.folder, 'weights.npz'), weightsFile(graph));
    const seconds = ((performance.now() - started) / 1000).toFixed(0);
    const mean = sum / (step % plan.reportEvery || plan.reportEvery);
    console.log(`step ${step}: loss ${mean.toFixed(4)}, ${seconds} s,`, plan.measure(graph));
    sum = 0;
  }
  trainer.dispose();
}

function progressOf(limit: TrainingLimit, step: number, milliseconds: number): number {
  return 'steps' in limit ? step / limit.steps : milliseconds / 60_000 / limit.minutes;
}

function takeStep(trainer: Trainer, { batch }: DemoTraining, step: number, rate: number): number {
  const { x, loss, dispose } = batch(step);
  const found = trainer.step(new Map([['x', x]]), loss, rate);
  const [value = Number.NaN] = found.dataSync();
  tf.dispose([found, x]);
  dispose();
  if (!Number.isFinite(value)) throw new Error(`The loss is ${value} at step ${step + 1}.`);
  return value;
}
