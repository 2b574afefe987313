import * as tf from '@tensorflow/tfjs-core';
import { bindTask } from '../../tasks/bind';
import type { DescribedTask, TaskBatch } from '../../tasks/task';
import { bindingOf } from '../../tasks/testing/arrays';
import type { LossCase } from '../../tasks/testing/loss-cases';
import { DeviceLosses, readLosses } from '../device-losses';

export function boundCase({ situation }: LossCase): DescribedTask {
  const { spec, inputs, outputs } = bindingOf(situation);
  return bindTask(spec, inputs, outputs);
}

/** All samples of a case as one batch. */
export function batchOf({ situation, outputs }: LossCase, seed: number): TaskBatch {
  const values = outputs(seed);
  const [first] = situation.outputs;
  const size = first?.sample.reduce((product, length) => product * length, 1) ?? 1;
  return {
    first: 0,
    count: (values[0]?.length ?? 0) / size,
    outputs: situation.outputs.map(({ sample }, index) => ({
      sampleShape: sample,
      data: Float32Array.from(values[index] ?? []),
    })),
  };
}

export const tensorsOf = ({ count, outputs }: TaskBatch): tf.Tensor[] =>
  outputs.map(({ sampleShape, data }) => tf.tensor(data, [count, ...sampleShape]));

export const samplesOf = ({ count }: TaskBatch): number[] =>
  Array.from({ length: count }, (_, sample) => sample);

export function onDevice({ device }: DescribedTask): DeviceLosses {
  if (!device) throw new Error('The loss is in numbers only.');
  return new DeviceLosses(device);
}

/** How far losses in tensors and their gradients are from those in numbers, on the current backend. */
export async function lossErrors(each: LossCase, seed: number): Promise<{ losses: number; slopes: number }> {
  const task = boundCase(each);
  const device = onDevice(task);
  const batch = batchOf(each, seed);
  const outputs = tensorsOf(batch);
  const losses = device.of(outputs, samplesOf(batch));
  const found = readLosses(await losses.data<'float32'>());
  const slopes = tf.grads((...values) => tf.sum(device.of(values, samplesOf(batch))))(outputs);
  const byOutputs = await Promise.all(slopes.map((slope) => slope.data<'float32'>()));
  tf.dispose([...outputs, losses, ...slopes]);
  device.dispose();
  const wanted = task.gradients(batch);
  return {
    losses: difference(found, task.losses(batch)),
    slopes: Math.max(...wanted.map((slope, output) => difference(byOutputs[output] ?? [], slope))),
  };
}

/** The largest difference, relative to the largest number that is wanted. */
function difference(found: ArrayLike<number>, wanted: ArrayLike<number>): number {
  if (found.length !== wanted.length) return Infinity;
  const scale = Math.max(1e-3, ...Array.from(wanted, Math.abs));
  return Math.max(0, ...Array.from(wanted, (value, at) => Math.abs(value - (found[at] ?? NaN)))) / scale;
}
