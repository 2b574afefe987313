import type { NamedArray } from '../../calibration/calibration';
import { bindTask } from '../bind';
import type { DescribedTask, TaskBatch, TaskSpec } from '../task';

export function floats(name: string, shape: readonly number[], data: readonly number[]): NamedArray {
  return { name, dtype: 'float32', shape, data: Float32Array.from(data) };
}

export function bytes(name: string, shape: readonly number[], data: readonly number[]): NamedArray {
  return { name, dtype: 'uint8', shape, data: Uint8Array.from(data) };
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
