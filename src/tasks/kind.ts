import type { Binding } from './arrays';
import { elementCount } from './alignment';
import type { DeviceLoss } from './device-loss';
import type { Picture } from './drawing';
import type { DescribedTask, Metric, TaskBatch } from './task';

/** One sample's values of an output, row-major: single precision in a run, double where gradients are checked. */
export type Values = Float32Array | Float64Array;

/**
 * The loss of one sample of the set (counted from its first), ≥ 0 or NaN. Where `slopes` is given, the loss's
 * gradient is added to it, output by output; what a loss takes as constant, its docstring says.
 */
export type SampleLoss = (
  sample: number,
  outputs: readonly Values[],
  slopes: readonly Values[] | null,
) => number;

/** What a kind of task makes of a binding: everything of one sample. */
export interface TaskKind {
  /** How outputs and labels were read, e.g. as logits of 10 classes. */
  readonly description: string;
  readonly loss: SampleLoss;
  /** The loss in tensors; null where it depends on what must be read, e.g. on an order. */
  readonly device: DeviceLoss | null;
  readonly metric: SampleMetric | null;
  readonly draw: (sample: number, outputs: readonly Values[]) => Picture;
}

/** A metric whose tallies are sums over samples, or lists of records, one sample's after the other's. */
export type SampleMetric =
  | (MetricName & {
      readonly merge: 'add';
      /** The length of a tally. */
      readonly size: number;
      add(sample: number, outputs: readonly Values[], sums: Float64Array): void;
      value(sums: Float64Array): number;
    })
  | (MetricName & {
      readonly merge: 'concat';
      records(sample: number, outputs: readonly Values[]): readonly number[];
      value(records: Float64Array): number;
    });

interface MetricName {
  readonly name: string;
  readonly higherIsBetter: boolean;
}

/** A mean over whatever `add` counts: it adds to `sums` the sum and the number. */
export function meanMetric(
  name: string,
  higherIsBetter: boolean,
  add: (sample: number, outputs: readonly Values[], sums: Float64Array) => void,
  value = (mean: number) => mean,
): SampleMetric {
  return {
    name,
    higherIsBetter,
    merge: 'add',
    size: 2,
    add,
    value: ([sum = 0, count = 0]) => value(sum / count),
  };
}

/** The task that works batch by batch. */
export function taskOf({ spec, outputs }: Binding, kind: TaskKind): DescribedTask {
  const sizes = outputs.map(({ sampleShape }) => elementCount(sampleShape));
  const cut = (arrays: readonly Values[], sample: number) =>
    arrays.map((data, index) => {
      const size = sizes[index] ?? 0;
      return data.subarray(sample * size, (sample + 1) * size);
    });
  const values = ({ outputs: all }: TaskBatch, sample: number) =>
    cut(
      all.map(({ data }) => data),
      sample,
    );
  const loss = (batch: TaskBatch, sample: number, slopes: readonly Values[] | null) => {
    const found = kind.loss(batch.first + sample, values(batch, sample), slopes);
    return Number.isNaN(found) ? Infinity : found;
  };
  return {
    spec,
    description: kind.description,
    device: kind.device,
    metric: kind.metric && metricOf(kind.metric, values),
    losses: (batch) => Float64Array.from({ length: batch.count }, (_, sample) => loss(batch, sample, null)),
    gradients: (batch) => {
      const slopes = batch.outputs.map(({ data }) => new Float32Array(data.length));
      for (let sample = 0; sample < batch.count; sample++) loss(batch, sample, cut(slopes, sample));
      return slopes;
    },
    draw: (batch, sample) => ({
      loss: loss(batch, sample, null),
      picture: kind.draw(batch.first + sample, values(batch, sample)),
    }),
  };
}

function metricOf(
  metric: SampleMetric,
  values: (batch: TaskBatch, sample: number) => readonly Values[],
): Metric {
  const { name, higherIsBetter, merge } = metric;
  return {
    name,
    higherIsBetter,
    merge,
    tally: (batch) => {
      if (metric.merge === 'add') {
        const sums = new Float64Array(metric.size);
        for (let sample = 0; sample < batch.count; sample++)
          metric.add(batch.first + sample, values(batch, sample), sums);
        return sums;
      }
      const records: number[] = [];
      for (let sample = 0; sample < batch.count; sample++)
        for (const number of metric.records(batch.first + sample, values(batch, sample)))
          records.push(number);
      return Float64Array.from(records);
    },
    value: (tally) => (tally.length === 0 ? NaN : metric.value(tally)),
  };
}
