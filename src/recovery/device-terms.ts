import * as tf from '@tensorflow/tfjs-core';
import { DeviceLosses } from '../engine/device-losses';
import type { BatchObjective } from '../engine/train';
import type { BoundTask } from '../tasks/task';
import type { DeviceDistance } from './distillation-tensors';

/** The terms of a micro-batch in tensors, by name. Dispose with the micro-batch. */
export interface DeviceTerms extends Required<Pick<BatchObjective, 'terms' | 'weights'>> {
  dispose(): void;
}

export interface TaskTerm {
  readonly task: BoundTask;
  readonly weight: number;
  /** Of the task's outputs among the values. */
  readonly places: readonly number[];
}

export interface DistanceTerm {
  readonly name: string;
  readonly weight: number;
  /** Of the student's output among the values. */
  readonly place: number;
  readonly distance: DeviceDistance;
  /** The teacher's output of the micro-batch. */
  readonly teacher: tf.Tensor;
}

/** @throws Error when a task has no losses in tensors */
export function deviceTerms(
  tasks: readonly TaskTerm[],
  distances: readonly DistanceTerm[],
  count: number,
): DeviceTerms {
  const losses = tasks.map(({ task: { spec, device }, ...rest }) => {
    if (!device) throw new Error(`The loss ${spec.loss} is in numbers only.`);
    return { ...rest, name: spec.name, losses: new DeviceLosses(device) };
  });
  const samples = Array.from({ length: count }, (_, sample) => sample);
  const taskTerms = losses.map(({ name, places, losses: onDevice }) => {
    const term = (values: readonly tf.Tensor[]): tf.Scalar =>
      tf.sum(
        onDevice.of(
          places.map((place) => valueAt(values, place)),
          samples,
        ),
      );
    return [name, term] as const;
  });
  const distanceTerms = distances.map(({ name, place, distance, teacher }) => {
    const term = (values: readonly tf.Tensor[]): tf.Scalar => distance(valueAt(values, place), teacher);
    return [name, term] as const;
  });
  const weights = [...losses, ...distances].map(({ name, weight }) => [name, weight] as const);
  return {
    terms: Object.fromEntries([...taskTerms, ...distanceTerms]),
    weights: Object.fromEntries(weights),
    dispose: () => losses.forEach(({ losses: onDevice }) => onDevice.dispose()),
  };
}

function valueAt(values: readonly tf.Tensor[], place: number): tf.Tensor {
  const found = values[place];
  if (!found) throw new Error('The trained network gave too few values.');
  return found;
}
