import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { analyseChannels } from '../../graph/channels';
import { sliceGraph } from '../../graph/slice';
import { tfjsLayersFormat } from '.';
import { expectSame, predict, randomKeep, runGraph, sample } from './testing/compare';
import { loadModel, modelJson, randomise, saveModel } from './testing/memory';
import { decoder, headed, mobile, multiplied, nested, plain, residual, sequence } from './testing/models';

const cases = { plain, residual, mobile, decoder, nested, sequence, multiplied, headed };

beforeAll(async () => {
  await tf.setBackend('cpu');
});

describe.each(Object.entries(cases))('%s', (_, build) => {
  it('is read to a graph that computes what tfjs computes', async () => {
    const model = randomise(build());
    const { graph, notes } = tfjsLayersFormat.read(await saveModel(model));
    expect(notes).toEqual([]);
    expect(graph.inputs.map(({ name }) => name)).toEqual(layerNames(model.inputs));
    expect(graph.outputs.map(({ name }) => name)).toEqual(layerNames(model.outputs));
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
      expect(layerNames(pruned.outputs)).toEqual(layerNames(model.outputs));
      expectSame(runGraph(sliced, sample(model)), predict(pruned, sample(model)));
    },
  );
});

it('takes any number of samples where the file is for one, and leaves it for one', async () => {
  const model = randomise(
    tf.sequential({
      layers: [
        tf.layers.conv2d({ filters: 6, kernelSize: 3, batchInputShape: [1, 6, 6, 2], name: 'stem' }),
        tf.layers.reshape({ targetShape: [16, 6] }),
        tf.layers.flatten(),
        tf.layers.dense({ units: 3 }),
      ],
    }),
  );
  const artifact = tfjsLayersFormat.read(await saveModel(model));
  expect(artifact.graph.inputs[0]?.shape).toEqual([null, 6, 6, 2]);
  const channels = analyseChannels(artifact.graph);
  const keep = new Map([['stem', [0, 3]]]);
  const sliced = sliceGraph(artifact.graph, channels, keep);
  const pruned = await loadModel(artifact.write(channels, keep, sliced));
  expect(pruned.inputs[0]?.shape).toEqual([1, 6, 6, 2]);
  const x = tf.randomUniform([1, 6, 6, 2], -1, 1, 'float32', 7);
  expectSame(runGraph(sliced, x), predict(pruned, x));
});

it('takes away channels through a depthwise convolution with two filters for each', async () => {
  const { graph } = tfjsLayersFormat.read(await saveModel(randomise(multiplied())));
  const groups = analyseChannels(graph).groups.filter(({ frozen }) => frozen === null);
  expect(Object.fromEntries(groups.map(({ id, size }) => [id, size]))).toEqual({ stem: 4, next: 5 });
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

it('cuts the optimizer state that was saved along, and keeps training config and metadata', async () => {
  const model = plain();
  model.compile({ optimizer: 'adam', loss: 'meanSquaredError' });
  await model.fit(sample(model), tf.zeros([2, 3]), { epochs: 1 });
  model.setUserDefinedMetadata({ author: 'someone' });
  const files = await saveModel(model, 4096, true);
  const artifact = tfjsLayersFormat.read(files);
  const channels = analyseChannels(artifact.graph);
  const keep = new Map([['stem', [0, 4]]]);
  const written = artifact.write(channels, keep, sliceGraph(artifact.graph, channels, keep));
  const before = modelJson(files);
  const after = modelJson(written);
  const shapes = after.weightsManifest.flatMap(({ weights }) => weights);
  expect(shapes.find(({ name }) => /^stem\/kernel.*\/m$/.test(name))?.shape).toEqual([3, 3, 2, 2]);
  expect(shapes.find(({ name }) => /^second\/kernel.*\/v$/.test(name))?.shape).toEqual([3, 3, 2, 8]);
  expect(after.trainingConfig).toEqual(before.trainingConfig);
  expect(after.userDefinedMetadata).toEqual({ author: 'someone' });
  const inputs = sample(model);
  const loaded = await loadModel(written);
  await expect(loaded.fit(inputs, tf.zeros([2, 3]), { epochs: 1 })).resolves.toBeDefined();
});

function layerNames(tensors: readonly tf.SymbolicTensor[]): string[] {
  return tensors.map(({ sourceLayer }) => sourceLayer.name);
}

it('assumes the usual sides of an image whose size is open, says so, and leaves them open in the export', async () => {
  const conv = { filters: 4, kernelSize: 1, name: 'conv' };
  const layers = [
    tf.layers.conv2d({ ...conv, inputShape: [null, null, 3] }),
    tf.layers.globalAveragePooling2d({ name: 'mean' }),
    tf.layers.dense({ units: 2, name: 'class' }),
  ];
  const artifact = tfjsLayersFormat.read(await saveModel(tf.sequential({ layers })));
  expect(artifact.graph.inputs[0]?.shape).toEqual([null, 256, 256, 3]);
  expect(artifact.notes[0]).toMatch(/256×256×3 was assumed/);
  const channels = analyseChannels(artifact.graph);
  const keep = new Map([['conv', [0, 2]]]);
  const written = await loadModel(artifact.write(channels, keep, sliceGraph(artifact.graph, channels, keep)));
  expect(written.inputs[0]?.shape).toEqual([null, null, null, 3]);
});
