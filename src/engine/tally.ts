import type { BoundTask, Metric, TaskBatch } from '../tasks/task';
import type { Batch } from './batching';

/** A task's loss and metric on one candidate, batch by batch, so that an evaluation can be stopped and taken up again. */
export class Tally {
  readonly task: BoundTask;
  readonly #losses = new Map<number, number>();
  readonly #metrics = new Map<number, Float64Array>();

  constructor(task: BoundTask) {
    this.task = task;
  }

  has({ index }: Batch): boolean {
    return this.#losses.has(index);
  }

  add({ index }: Batch, outputs: TaskBatch): void {
    this.#losses.set(
      index,
      this.task.losses(outputs).reduce((sum, loss) => sum + loss, 0),
    );
    if (this.task.metric) this.#metrics.set(index, this.task.metric.tally(outputs));
  }

  /** The summed loss of a batch; 0 when it was not seen. */
  batchLoss({ index }: Batch): number {
    return this.#losses.get(index) ?? 0;
  }

  /** The summed loss of the samples seen, of these batches; a lower bound on that of all, as losses are never negative. */
  loss(batches: readonly Batch[]): number {
    return batches.reduce((sum, { index }) => sum + (this.#losses.get(index) ?? 0), 0);
  }

  /** What the metric's `value` takes, of the samples seen of these batches; null where the task has none. */
  metric(batches: readonly Batch[]): Float64Array | null {
    const { metric } = this.task;
    return (
      metric &&
      mergeTallies(
        metric,
        batches.map(({ index }) => this.#metrics.get(index) ?? NOTHING),
      )
    );
  }
}

const NOTHING = new Float64Array();

/** One tally of several parts'; parts that were not seen are empty. */
export function mergeTallies({ merge }: Metric, parts: readonly Float64Array[]): Float64Array {
  const seen = parts.filter(({ length }) => length > 0);
  if (merge === 'add') {
    const sums = new Float64Array(seen[0]?.length ?? 0);
    for (const part of seen) part.forEach((value, index) => (sums[index] = (sums[index] ?? 0) + value));
    return sums;
  }
  const joined = new Float64Array(seen.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of seen) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** The metric of each task that has one, by task name. */
export function metricValues(
  tasks: readonly { readonly task: BoundTask }[],
  tallies: Readonly<Record<string, Float64Array>>,
): Record<string, number> {
  return Object.fromEntries(
    tasks.flatMap(({ task: { spec, metric } }) =>
      metric ? [[spec.name, metric.value(tallies[spec.name] ?? NOTHING)]] : [],
    ),
  );
}
