import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { Executor } from '../../engine/executor';
import { analyseChannels } from '../../graph/channels';
import type { ChannelMap, KeepLists } from '../../graph/channel-types';
import type { Graph } from '../../graph/graph';
import { sliceGraph } from '../../graph/slice';
import { tfjsLayersFormat } from '.';
import { loadModel, randomise, saveModel } from './testing/memory';
import { decoder, mobile, nested, plain, residual } from './testing/models';

const cases = { plain, residual, mobile, decoder, nested };

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe.each(Object.entries(cases))('%s', (_, build) => {
  it('is read to a graph that computes what tfjs computes', async () => {
    const model = randomise(build());
    const { graph, notes } = tfjsLayersFormat.read(await saveModel(model));
    expect(notes).toEqual([]);
    expectSame(runGraph(graph, sample(model)), predict(model, sample(model)));
  });

  it('is written back byte for byte when nothing is pruned', async () => {
    const files = await saveModel(randomise(build()));
    const artifact = tfjsLayersFormat.read(files);
    const channels = analyseChannels(artifact.graph);
    expect(artifact.write(channels, new Map(), artifact.graph)).toEqual(files);
  });

  it.each([1, 2, 3])(
    'loads in tfjs after pruning and computes what the sliced graph computes (seed %i)',
    async (seed) => {
      const model = randomise(build(), seed);
      const artifact = tfjsLayersFormat.read(await saveModel(model));
      const channels = analyseChannels(artifact.graph);
      const keep = randomKeep(channels, seed);
      expect(keep.size).toBeGreaterThan(0);
      const sliced = sliceGraph(artifact.graph, channels, keep);
      const pruned = await loadModel(artifact.write(channels, keep, sliced));
      expect(pruned.countParams()).toBeLessThan(model.countParams());
      expect(pruned.outputNames).toEqual(model.outputNames);
      expectSame(runGraph(sliced, sample(model)), predict(pruned, sample(model)));
    },
  );
});

it('takes away channels of every prunable layer of the residual model', async () => {
  const { graph } = tfjsLayersFormat.read(await saveModel(randomise(residual())));
  const groups = analyseChannels(graph).groups.filter(({ frozen }) => frozen === null);
  expect(groups.map(({ producers }) => producers.map(({ name }) => name).toSorted()).toSorted()).toEqual([
    ['a'],
    ['b', 'stem'],
    ['side'],
    ['trunk'],
  ]);
});

function sample(model: tf.LayersModel): tf.Tensor {
  const [input] = model.inputs;
  return tf.randomUniform(
    [2, ...(input?.shape.slice(1) ?? []).map((size) => size ?? 1)],
    -1,
    1,
    'float32',
    7,
  );
}

function predict(model: tf.LayersModel, x: tf.Tensor): tf.Tensor[] {
  return [model.predict(x)].flat();
}

function runGraph(graph: Graph, x: tf.Tensor): tf.Tensor[] {
  const executor = new Executor(
    graph,
    graph.outputs.map(({ value }) => value),
  );
  const outputs = executor.run(new Map([[graph.inputs[0]?.id ?? '', x]]));
  executor.dispose();
  return outputs;
}

/** Equal to 1e-4 of each output's scale. */
function expectSame(actual: readonly tf.Tensor[], expected: readonly tf.Tensor[]): void {
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
function randomKeep(channels: ChannelMap, seed: number): KeepLists {
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
