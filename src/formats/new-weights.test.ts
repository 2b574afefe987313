import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { analyseChannels } from '../graph/channels';
import { editableParams } from '../graph/editable';
import type { Graph } from '../graph/graph';
import { sliceGraph } from '../graph/slice';
import type { NamedBytes } from '../util/files';
import { readModel } from '.';
import { fixture as keras } from './keras/testing/files';
import { disagreement, random, randomKeep, randomSamples, runGraph } from './onnx/testing/agreement';
import { patterns } from './onnx/testing/patterns';
import { tinyModel } from './onnx/testing/tiny';
import { randomise, saveModel } from './tfjs-layers/testing/memory';
import { headed, mobile, multiplied, nested, residual } from './tfjs-layers/testing/models';
import { tinyModel as tinyGraphModel } from './tfjs-graph/testing/tiny';
import { fixture as torch } from './torch/testing/files';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** As training leaves a network: every weight and statistic a little different. */
function trained(graph: Graph): Graph {
  const next = random(11);
  const params = new Map(graph.params);
  for (const [id, param] of editableParams(graph))
    params.set(id, { ...param, data: param.data.map((value) => value * (1 + next() / 4)) });
  return { ...graph, params };
}

/** Writes a pruned and trained network, reads the file again, and checks that it computes the same. */
function expectWritten(files: readonly NamedBytes[], tolerance: number): void {
  const artifact = readModel(files);
  const channels = analyseChannels(artifact.graph);
  const keep = randomKeep(channels, 0.6, random(5));
  const sliced = sliceGraph(trained(artifact.graph), channels, keep);
  const again = readModel(artifact.write(channels, keep, sliced).map((file) => ({ ...file })));
  const samples = randomSamples(sliced, 2);
  const expected = runGraph(sliced, samples);
  expect(disagreement(expected, runGraph(again.graph, samples))).toBeLessThan(tolerance);
  const untrained = sliceGraph(artifact.graph, channels, keep);
  expect(disagreement(expected, runGraph(untrained, samples))).toBeGreaterThan(tolerance);
}

const exact = 1e-5;
const same = { strides: [1, 1, 1, 1], padding: 'SAME' };

describe('a network with other weights than the file’s is written with them', () => {
  const layers = { headed, mobile, multiplied, nested, residual };
  it.each(Object.entries(layers))('tfjs layers: %s', async (_, build) => {
    expectWritten(await saveModel(randomise(build())), exact);
  });

  it.each(['keras2.h5', 'keras3.keras'] as const)('Keras: %s', (name) => {
    expectWritten([keras(name)], exact);
  });

  it.each(['float32', 'float16', 'uint16', 'uint8'] as const)('tfjs graph model stored as %s', (stored) => {
    const files = tinyGraphModel({
      inputs: { x: [-1, 4, 4, 3] },
      outputs: ['y'],
      nodes: [
        ['Conv2D', 'stem', ['x', 'w1'], same],
        ['BiasAdd', 'b', ['stem', 'bias']],
        ['Relu', 'r', ['b']],
        ['Conv2D', 'y', ['r', 'w2'], same],
      ],
      weights: { w1: [3, 3, 3, 8], bias: [8], w2: [1, 1, 8, 2] },
      stored,
    });
    expectWritten(files, { float32: exact, float16: 1e-2, uint16: 1e-3, uint8: 0.05 }[stored]);
  });

  it('tfjs graph model with a batch norm', () => {
    const norm = ['scale', 'offset', 'mean', 'variance'];
    const files = tinyGraphModel({
      inputs: { x: [-1, 4, 4, 3] },
      outputs: ['y'],
      nodes: [
        ['Conv2D', 'stem', ['x', 'w1'], same],
        ['FusedBatchNormV3', 'n', ['stem', ...norm], { epsilon: { f: 0.001 }, is_training: false }],
        ['Conv2D', 'y', ['n', 'w2'], same],
      ],
      weights: {
        ...Object.fromEntries(norm.map((name) => [name, [8]])),
        w1: [3, 3, 3, 8],
        w2: [1, 1, 8, 2],
      },
    });
    expectWritten(files, exact);
  });

  it.each(['folded.onnx', 'named.onnx'] as const)('PyTorch state dict with %s', (onnx) => {
    for (const dict of ['state.pt', 'checkpoint.pt'] as const) {
      const files = [torch(onnx), torch(dict)];
      expectWritten(files, 1e-4);
    }
  });

  it.each(Object.entries(patterns))('ONNX: %s', (name, pattern) => {
    const quantised = name.startsWith('quantised');
    expectWritten([{ name: 'model.onnx', bytes: tinyModel(pattern) }], quantised ? 0.05 : exact);
  });
});
