import type { NamedArray } from '../../calibration/calibration';
import { bindTask, kindOf } from '../bind';
import type { Binding } from '../arrays';
import type { TaskKind } from '../kind';
import type { DescribedTask, TaskBatch, TaskSpec } from '../task';

export function floats(name: string, shape: readonly number[], data: readonly number[]): NamedArray {
  return { name, dtype: 'float32', shape, data: Float32Array.from(data) };
}

export function bytes(name: string, shape: readonly number[], data: readonly number[]): NamedArray {
  return { name, dtype: 'uint8', shape, data: Uint8Array.from(data) };
}

export function zeros(name: string, shape: readonly number[]): NamedArray {
  const length = shape.reduce((product, dim) => product * dim, 1);
  return { name, dtype: 'uint8', shape, data: new Uint8Array(length) };
}

export interface Situation {
  readonly spec: Partial<TaskSpec> & Pick<TaskSpec, 'loss'>;
  readonly arrays?: readonly NamedArray[];
  /** Shape of a sample of the output. */
  readonly sample: readonly number[];
  /** The unpruned model's output on all samples. */
  readonly output: readonly number[];
}

/** Binds a task called `t` to output `y` and labels `labels`. */
export function bind({ spec, arrays = [], sample, output }: Situation): DescribedTask {
  const size = sample.reduce((product, length) => product * length, 1);
  const labels = spec.loss === 'agreement' ? {} : { labels: 'labels' };
  return bindTask(
    { name: 't', output: 'y', ...labels, ...spec },
    {
      count: output.length / size,
      file: 'calibration.npz',
      arrays: new Map(arrays.map((array) => [array.name, array])),
    },
    [{ name: 'y', sampleShape: sample, reference: Float32Array.from(output) }],
  );
}

/** The whole set as one batch. */
export function batch(sampleShape: readonly number[], values: readonly number[], first = 0): TaskBatch {
  const size = sampleShape.reduce((product, length) => product * length, 1);
  return { first, count: values.length / size, outputs: [{ sampleShape, data: Float32Array.from(values) }] };
}

export interface Detector {
  readonly spec: Partial<TaskSpec> & Pick<TaskSpec, 'loss'>;
  readonly arrays?: readonly NamedArray[];
  /** Each output's sample shape and the unpruned model's values on all samples. */
  readonly outputs: readonly { readonly sample: readonly number[]; readonly values: readonly number[] }[];
  /** Height and width of the input. */
  readonly imageSize?: readonly number[];
}

/** Binds a task to outputs `y0`, `y1` …, with all arrays as its labels. */
export function bindingOf({ spec, arrays = [], outputs, imageSize }: Detector): Binding {
  const [first] = outputs;
  const size = first?.sample.reduce((product, length) => product * length, 1) ?? 1;
  return {
    spec: {
      name: 't',
      output: outputs.map((_, index) => `y${index}`),
      ...(arrays.length > 0 ? { labels: arrays.map(({ name }) => name) } : {}),
      ...spec,
    },
    inputs: {
      count: (first?.values.length ?? 0) / size,
      file: 'calibration.npz',
      arrays: new Map(arrays.map((array) => [array.name, array])),
      ...(imageSize ? { imageSize } : {}),
    },
    outputs: outputs.map(({ sample, values }, index) => ({
      name: `y${index}`,
      sampleShape: sample,
      reference: Float32Array.from(values),
    })),
  };
}

export const kindIn = (situation: Detector): TaskKind => kindOf(bindingOf(situation));

/** A metric over all samples of a set, given output by output. */
export function measured(kind: TaskKind, outputs: Detector['outputs'], count: number): number {
  const sampleOf = (sample: number) =>
    outputs.map(({ values }) => {
      const size = values.length / count;
      return Float32Array.from(values.slice(sample * size, (sample + 1) * size));
    });
  const { metric } = kind;
  if (!metric) return NaN;
  if (metric.merge === 'add') {
    const sums = new Float64Array(metric.size);
    for (let sample = 0; sample < count; sample++) metric.add(sample, sampleOf(sample), sums);
    return metric.value(sums);
  }
  const records = Array.from({ length: count }, (_, sample) => metric.records(sample, sampleOf(sample)));
  return metric.value(Float64Array.from(records.flat()));
}

/** The loss of a set's first sample. */
export function lossOf(kind: TaskKind, ...outputs: readonly (readonly number[])[]): number {
  return kind.loss(
    0,
    outputs.map((values) => Float64Array.from(values)),
    null,
  );
}
