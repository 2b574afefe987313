import * as tf from '@tensorflow/tfjs-core';
import type { Graph } from '../../graph/graph';
import { breathe } from '../breath';
import { augment, type Augmentation } from './augment/augment';
import type { TrainingEvent } from './events';
import { microBatchSizeFor } from './memory';
import type { Losses, MicroBatch, Objective, Samples } from './objective';
import { Random } from '../../util/random';
import { learningRate, type ScheduleSpec } from './schedule';
import { Trainer } from './trainer';
import type { TrainerOptions, TrainerState } from './trainer-options';
import { epochOrder, takeSamples, type TrainingSet } from './training-set';

export interface TrainingPlan {
  /** With one input. */
  readonly graph: Graph;
  readonly set: TrainingSet;
  readonly objective: Objective;
  readonly epochs: number;
  /** Samples a step; the last, smaller batch of an epoch is left out. */
  readonly batchSize: number;
  readonly schedule: ScheduleSpec;
  /** Its seed is that of everything random: the samples' order, how they are moved, dropout. */
  readonly trainer: TrainerOptions;
  readonly augmentation?: Augmentation;
  /** For activations; 512 MB by default. */
  readonly memoryBudgetBytes?: number;
  /** Steps between the checkpoints that a divergence goes back to; 100 by default. */
  readonly checkpointEvery?: number;
}

/** A training, and where it is: with the same plan and backend it goes on from there as if it had never stopped. */
export type Checkpoint = TrainerState;

/**
 * Trains a network step by step. Every step's randomness depends on the seed and the step alone.
 *
 *     const training = new Training(plan);
 *     for await (const event of training.run()) …   // do not pull to pause, return to stop
 *     const network = await training.snapshot();
 *     training.dispose();
 */
export class Training {
  readonly #plan: TrainingPlan;
  readonly #trainer: Trainer;
  readonly #batchSize: number;
  readonly #microBatchSize: number;
  readonly #stepsPerEpoch: number;
  readonly #order = new Map<number, Int32Array>();

  /** @throws Error when the checkpoint is of another network or of other trainer options */
  constructor(plan: TrainingPlan, from?: Checkpoint) {
    this.#plan = plan;
    this.#batchSize = Math.min(plan.batchSize, plan.set.count);
    this.#microBatchSize = microBatchSizeFor(plan.graph, this.#batchSize, plan.memoryBudgetBytes);
    this.#stepsPerEpoch = Math.floor(plan.set.count / this.#batchSize);
    this.#trainer = new Trainer(plan.graph, plan.trainer);
    if (from) this.#trainer.restore(from);
  }

  /** Events of the steps that are left. Where the training diverges, the network goes back to a good checkpoint. */
  async *run(): AsyncGenerator<TrainingEvent, 'done' | 'diverged'> {
    const { epochs, checkpointEvery = 100 } = this.#plan;
    const steps = epochs * this.#stepsPerEpoch;
    const started = performance.now();
    yield {
      kind: 'training-began',
      steps,
      stepsPerEpoch: this.#stepsPerEpoch,
      batchSize: this.#batchSize,
      microBatchSize: this.#microBatchSize,
      done: this.#trainer.steps,
    };
    let good = await this.checkpoint();
    let epochSums = new LossSums();
    while (this.#trainer.steps < steps) {
      const step = this.#trainer.steps;
      const begun = performance.now();
      const here = step - good.steps >= checkpointEvery ? await this.checkpoint() : null;
      const rate = learningRate(this.#plan.schedule, (step + 0.5) / steps);
      const losses = await this.#gather(step);
      const bad = losses.firstBad();
      const gradientNorm = bad === null ? await this.#trainer.update(rate, losses.count) : Number.NaN;
      if (!Number.isFinite(gradientNorm)) {
        this.#trainer.restore(good);
        yield {
          kind: 'training-diverged',
          step: step + 1,
          loss: bad,
          restored: good.steps,
          message: this.#advice(bad, step + 1, good.steps, rate),
        };
        return 'diverged';
      }
      // Only now is it known that the weights of that checkpoint give finite losses.
      good = here ?? good;
      epochSums.addAll(losses);
      const epoch = Math.floor(step / this.#stepsPerEpoch) + 1;
      yield {
        kind: 'training-step',
        step: step + 1,
        epoch,
        learningRate: rate,
        losses: losses.means(),
        gradientNorm,
        seconds: (performance.now() - begun) / 1000,
      };
      if ((step + 1) % this.#stepsPerEpoch === 0) {
        yield {
          kind: 'epoch-ended',
          epoch,
          losses: epochSums.means(),
          seconds: (performance.now() - started) / 1000,
        };
        epochSums = new LossSums();
      }
      await breathe();
    }
    yield { kind: 'training-ended', steps, seconds: (performance.now() - started) / 1000 };
    return 'done';
  }

  /** To be taken between two events. */
  checkpoint(): Promise<Checkpoint> {
    return this.#trainer.state();
  }

  /** Goes back to a checkpoint of this training; `run` goes on from there. */
  restore(checkpoint: Checkpoint): void {
    this.#trainer.restore(checkpoint);
  }

  /** The network as it is now, or with the moving averages of its weights. */
  snapshot(which: 'current' | 'average' = 'current'): Promise<Graph> {
    return this.#trainer.snapshot(which);
  }

  dispose(): void {
    this.#trainer.dispose();
  }

  async #gather(step: number): Promise<LossSums> {
    const { set, augmentation, trainer, objective, graph } = this.#plan;
    const indices = this.#indicesOf(step);
    const read = set.read(indices);
    const samples = augmentation
      ? augment(read, set.sampleShape, augmentation, Random.of(trainer.seed, step))
      : read;
    const sums = new LossSums();
    for (let first = 0; first < samples.count; first += this.#microBatchSize) {
      const part = cut(samples, first, Math.min(samples.count, first + this.#microBatchSize));
      const batch = microBatch(part, indices.subarray(first, first + part.count), graph, set.sampleShape);
      try {
        sums.add(await this.#trainer.gather(batch.feeds, await objective.on(batch)), part.count);
      } finally {
        objective.release?.();
        tf.dispose([...batch.feeds.values()]);
      }
      if (sums.firstBad() !== null) break;
    }
    return sums;
  }

  #indicesOf(step: number): Int32Array {
    const epoch = Math.floor(step / this.#stepsPerEpoch);
    const order = this.#order.get(epoch) ?? epochOrder(this.#plan.set.count, this.#plan.trainer.seed, epoch);
    this.#order.clear();
    this.#order.set(epoch, order);
    const first = (step % this.#stepsPerEpoch) * this.#batchSize;
    return order.subarray(first, first + this.#batchSize);
  }

  #advice(loss: string | null, step: number, restored: number, rate: number): string {
    const what = loss === null ? 'the gradient' : `the loss "${loss}"`;
    return (
      `At step ${step} ${what} was no longer a finite number, so the network went back to step ${restored}. ` +
      `Lower the learning rate (it was ${rate.toPrecision(2)})` +
      (loss === null ? ', or clip gradients at a smaller norm.' : `, or the weight of "${loss}".`)
    );
  }
}

function cut(samples: Samples, first: number, end: number): Samples {
  if (first === 0 && end === samples.count) return samples;
  const size = samples.input.length / samples.count;
  const rows = Int32Array.from({ length: end - first }, (_, row) => first + row);
  return {
    count: end - first,
    input: samples.input.subarray(first * size, end * size),
    arrays: new Map([...samples.arrays].map(([name, array]) => [name, takeSamples(array, rows)])),
  };
}

function microBatch(
  samples: Samples,
  indices: Int32Array,
  graph: Graph,
  sampleShape: readonly number[],
): MicroBatch {
  const [input] = graph.inputs;
  if (!input || graph.inputs.length > 1)
    throw new Error('A network with one input can be trained, no other.');
  const tensor = tf.tensor(samples.input, [samples.count, ...sampleShape], 'float32');
  return { ...samples, indices, feeds: new Map([[input.id, tensor]]) };
}

/** Sums of losses by name over samples. */
class LossSums {
  readonly #sums = new Map<string, number>();
  count = 0;

  add(losses: Losses, count: number): void {
    for (const [name, loss] of Object.entries(losses))
      this.#sums.set(name, (this.#sums.get(name) ?? 0) + loss);
    this.count += count;
  }

  addAll(other: LossSums): void {
    this.add(Object.fromEntries(other.#sums), other.count);
  }

  means(): Losses {
    return Object.fromEntries([...this.#sums].map(([name, sum]) => [name, sum / this.count]));
  }

  /** The first loss that is not finite. */
  firstBad(): string | null {
    for (const [name, sum] of this.#sums) if (!Number.isFinite(sum)) return name;
    return null;
  }
}
