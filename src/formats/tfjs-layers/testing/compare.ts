import * as tf from '@tensorflow/tfjs';
import { expect } from 'vitest';
import { Executor } from '../../../engine/executor';
import type { ChannelMap, KeepLists } from '../../../graph/channel-types';
import type { Graph } from '../../../graph/graph';

export function sample(model: tf.LayersModel): tf.Tensor {
  const [input] = model.inputs;
  return tf.randomUniform(
    [2, ...(input?.shape.slice(1) ?? []).map((size) => size ?? 1)],
    -1,
    1,
    'float32',
    7,
  );
}

export function predict(model: tf.LayersModel, x: tf.Tensor): tf.Tensor[] {
  return [model.predict(x)].flat();
}

export function runGraph(graph: Graph, x: tf.Tensor): tf.Tensor[] {
  const executor = new Executor(
    graph,
    graph.outputs.map(({ value }) => value),
  );
  const outputs = executor.run(new Map([[graph.inputs[0]?.id ?? '', x]]));
  executor.dispose();
  return outputs;
}

/** Equal to 1e-4 of each output's scale. */
export function expectSame(actual: readonly tf.Tensor[], expected: readonly tf.Tensor[]): void {
  expect(actual.map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
  actual.forEach((tensor, index) => {
    const target = expected[index] ?? tf.scalar(NaN);
    const scale = target.abs().max().dataSync()[0] ?? NaN;
    const difference = tensor.sub(target).abs().max().dataSync()[0] ?? NaN;
    expect(scale).toBeGreaterThan(0);
    expect(difference / scale).toBeLessThan(1e-4);
  });
}

/** About half the units of each prunable group, at least one. */
export function randomKeep(channels: ChannelMap, seed: number): KeepLists {
  let state = seed;
  const random = () => (state = (state * 16807) % 2147483647) / 2147483647;
  return new Map(
    channels.groups
      .filter(({ frozen, size }) => frozen === null && size > 1)
      .map(({ id, size }) => {
        const keep = Array.from({ length: size }, (_, unit) => unit).filter(() => random() < 0.5);
        return [id, keep.length > 0 ? keep : [size - 1]];
      }),
  );
}
