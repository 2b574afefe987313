import type { BoundTask, Metric, OutputValues, TaskBatch } from '../tasks/task';
import type { TaskLosses } from './oracle';
import type { SampleBatch } from './sample-batch';

/** A task's losses and metric on one candidate, sample by sample, so that an evaluation can be stopped and taken up again. */
export class Tally {
  readonly task: BoundTask;
  /** NaN where a sample was not seen. */
  readonly #losses: Float64Array;
  readonly #metrics: Float64Array[] = [];
  /** 1 where a sample was counted by the metric. */
  readonly #counted: Uint8Array;

  /** @param count samples of the whole set */
  constructor(task: BoundTask, count: number) {
    this.task = task;
    this.#losses = new Float64Array(count).fill(NaN);
    this.#counted = new Uint8Array(count);
  }

  has({ samples }: SampleBatch): boolean {
    return samples.every((sample) => !Number.isNaN(this.#losses[sample]));
  }

  /** Whether the metric, if there is one, has counted the batch. */
  hasMetric({ samples }: SampleBatch): boolean {
    return this.task.metric === null || samples.every((sample) => this.#counted[sample] === 1);
  }

  get isComplete(): boolean {
    return !this.#losses.includes(NaN);
  }

  /**
   * Counts each sample's loss and metric once, however often it comes.
   * @param outputs of the batch's samples, one after the other
   */
  add(batch: SampleBatch, outputs: TaskBatch['outputs']): void {
    batch.samples.forEach((sample, row) => {
      if (!Number.isNaN(this.sampleLoss(sample))) return;
      const one = oneSample(sample, outputs, row, batch.samples.length);
      this.#losses[sample] = this.task.losses(one)[0] ?? Infinity;
    });
    this.addMetric(batch, outputs);
  }

  /** @param losses of the batch's samples, in their order */
  addLosses({ samples }: SampleBatch, losses: Float64Array): void {
    samples.forEach((sample, row) => {
      if (Number.isNaN(this.sampleLoss(sample))) this.#losses[sample] = losses[row] ?? Infinity;
    });
  }

  /** Counts each sample's metric once. */
  addMetric({ samples }: SampleBatch, outputs: TaskBatch['outputs']): void {
    const { metric } = this.task;
    if (!metric) return;
    samples.forEach((sample, row) => {
      if (this.#counted[sample] === 1) return;
      this.#counted[sample] = 1;
      this.#metrics.push(metric.tally(oneSample(sample, outputs, row, samples.length)));
    });
    this.#metrics.splice(0, Infinity, mergeTallies(metric, this.#metrics));
  }

  /** A sample's loss; NaN when it was not seen. */
  sampleLoss(sample: number): number {
    return this.#losses[sample] ?? NaN;
  }

  /** The summed loss of the samples seen, in their order; a lower bound on that of all, as losses are never negative. */
  get loss(): number {
    return this.#losses.reduce((sum, loss) => (Number.isNaN(loss) ? sum : sum + loss), 0);
  }

  /** What the metric's `value` takes, of the samples seen; null where the task has none. */
  get metric(): Float64Array | null {
    return this.task.metric && (this.#metrics[0] ?? NOTHING);
  }
}

function oneSample(sample: number, outputs: TaskBatch['outputs'], row: number, rows: number): TaskBatch {
  return { first: sample, count: 1, outputs: outputs.map((output) => rowOf(output, row, rows)) };
}

function rowOf({ sampleShape, data }: OutputValues, row: number, rows: number): OutputValues {
  const size = data.length / rows;
  return { sampleShape, data: data.subarray(row * size, (row + 1) * size) };
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

/** The mean loss of each task over all samples, by task name; a lower bound where not all were seen. */
export function meanLosses(tallies: readonly Tally[], count: number): TaskLosses {
  return Object.fromEntries(tallies.map((tally) => [tally.task.spec.name, tally.loss / count]));
}

/** What each sample costs the tasks, each task's loss over its sum. */
export function difficulties(tallies: readonly Tally[], count: number): Float64Array {
  const sums = tallies.map((tally) => ({ tally, loss: tally.loss }));
  const finite = sums.filter(({ loss }) => Number.isFinite(loss) && loss > 0);
  return Float64Array.from({ length: count }, (_, sample) =>
    finite.reduce((sum, { tally, loss }) => sum + tally.sampleLoss(sample) / loss, 0),
  );
}

/** By task name, of the tasks that have a metric: what its `value` takes. */
export type MetricTallies = Readonly<Record<string, Float64Array>>;

export function metricTallies(tallies: readonly Tally[]): MetricTallies {
  return Object.fromEntries(
    tallies.flatMap(({ task, metric }) => (metric === null ? [] : [[task.spec.name, metric]])),
  );
}

/** The metric of each task that has one, by task name. */
export function metricValues(
  tasks: readonly { readonly task: BoundTask }[],
  tallies: MetricTallies,
): Record<string, number> {
  return Object.fromEntries(
    tasks.flatMap(({ task: { spec, metric } }) =>
      metric ? [[spec.name, metric.value(tallies[spec.name] ?? NOTHING)]] : [],
    ),
  );
}
