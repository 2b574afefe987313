import type { BoundTask, OutputBatch } from '../tasks/task';
import type { Batch } from './batching';

/** A task's loss and metric on one candidate, batch by batch, so that an evaluation can be stopped and taken up again. */
export class Tally {
  readonly task: BoundTask;
  readonly #losses = new Map<number, number>();
  readonly #metrics = new Map<number, number>();

  constructor(task: BoundTask) {
    this.task = task;
  }

  has({ index }: Batch): boolean {
    return this.#losses.has(index);
  }

  add({ index }: Batch, output: OutputBatch): void {
    this.#losses.set(
      index,
      this.task.losses(output).reduce((sum, loss) => sum + loss, 0),
    );
    this.#metrics.set(index, this.task.metric(output));
  }

  /** The summed loss of a batch; 0 when it was not seen. */
  batchLoss({ index }: Batch): number {
    return this.#losses.get(index) ?? 0;
  }

  /** The summed loss of the samples seen, of these batches; a lower bound on that of all, as losses are never negative. */
  loss(batches: readonly Batch[]): number {
    return batches.reduce((sum, { index }) => sum + (this.#losses.get(index) ?? 0), 0);
  }

  /** The mean metric of the samples seen of these batches; null where the task has none. */
  metric(batches: readonly Batch[]): number | null {
    if (this.task.metricName === null) return null;
    const seen = batches.filter((batch) => this.has(batch));
    const samples = seen.reduce((sum, { count }) => sum + count, 0);
    return seen.reduce((sum, { index }) => sum + (this.#metrics.get(index) ?? 0), 0) / Math.max(1, samples);
  }
}
