import type { BoundTask, OutputBatch } from '../tasks/task';

/** A task's loss and metric, summed over samples in float64. */
export class Tally {
  readonly task: BoundTask;
  #loss = 0;
  #metric = 0;
  #samples = 0;

  constructor(task: BoundTask) {
    this.task = task;
  }

  add(batch: OutputBatch): void {
    this.#loss += this.task.losses(batch).reduce((sum, loss) => sum + loss, 0);
    this.#metric += this.task.metric(batch);
    this.#samples += batch.count;
  }

  /** The mean loss over `count` samples; a lower bound while not all were seen, as losses are never negative. */
  loss(count: number): number {
    return this.#loss / count;
  }

  /** The mean metric of the samples seen; null where the task has none. */
  metric(): number | null {
    return this.task.metricName === null ? null : this.#metric / Math.max(1, this.#samples);
  }
}
