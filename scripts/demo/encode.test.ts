import * as tf from '@tensorflow/tfjs';
import * as ort from 'onnxruntime-web';
import { beforeAll, describe, expect, it } from 'vitest';
import { Executor } from '../../src/engine/executor';
import { startWasm } from '../../src/engine/testing/wasm';
import { Random } from '../../src/util/random';
import { onnxFormat } from '../../src/formats/onnx';
import type { Graph } from '../../src/graph/graph';
import { detectorNetwork, generous } from './detector/network';
import { encodeLayersModel } from './encode-layers';
import { encodeOnnx } from './encode-onnx';
import { canvas } from './multi-mnist';
import { demoNetwork, tasks } from './network';
import { roomsNetwork } from './rooms/network';

const count = 2;
const images = Float32Array.from({ length: count * canvas * canvas }, (_, index) =>
  Math.abs(Math.sin(index)),
);

let graph: Graph;
let expected: number[][];

beforeAll(async () => {
  await startWasm();
  graph = withRandomNorms(demoNetwork(4));
  expected = run(graph, [count, canvas, canvas, 1]);
});

describe('the demo as ONNX', () => {
  it('gives the same logits in onnxruntime', async () => {
    const session = await ort.InferenceSession.create(encodeOnnx(graph, 'demo'));
    const results = await session.run({ x: new ort.Tensor('float32', images, [count, 1, canvas, canvas]) });
    tasks.forEach((task, index) => expectClose(results[task]?.data as Float32Array, expected[index]));
  });

  it('is read back by the studio', () => {
    const read = onnxFormat.read([{ name: 'demo.onnx', bytes: encodeOnnx(graph, 'demo') }]);
    const results = run(read.graph, [count, 1, canvas, canvas]);
    results.forEach((logits, index) => expectClose(logits, expected[index]));
  });
});

describe.each([
  ['detector', () => detectorNetwork(4, generous), 1],
  ['rooms', () => roomsNetwork(4, false), 3],
] as const)('the %s demo as ONNX', (name, makeNetwork, channels) => {
  it('gives the same maps in onnxruntime', async () => {
    const network = withRandomNorms(makeNetwork());
    const side = 64;
    const pixels = tf.randomUniform([count, side, side, channels], 0, 1, 'float32', 7);
    const first = tf.transpose(pixels, [0, 3, 1, 2]);
    const executor = new Executor(
      network,
      network.outputs.map(({ value }) => value),
    );
    const maps = executor.run(new Map([['x', pixels]]));
    const session = await ort.InferenceSession.create(encodeOnnx(network, name));
    const results = await session.run({ x: new ort.Tensor('float32', first.dataSync(), first.shape) });
    network.outputs.forEach((output, index) => {
      const wanted = maps[index];
      if (!wanted) throw new Error(`${output.name} is missing.`);
      const channelsFirst = tf.transpose(wanted, [0, 3, 1, 2]);
      const largest = tf.max(tf.abs(channelsFirst)).dataSync()[0] ?? 0;
      const found = tf.tensor(results[output.name]?.data as Float32Array, channelsFirst.shape);
      expect(tf.max(tf.abs(tf.sub(found, channelsFirst))).dataSync()[0]).toBeLessThan(1e-4 * largest);
    });
  });
});

it('the demo as a LayersModel gives the same logits in tfjs-layers', async () => {
  const [json, weights] = await encodeLayersModel(graph);
  const { modelTopology, weightsManifest } = JSON.parse(
    new TextDecoder().decode(json?.bytes),
  ) as tf.io.ModelJSON;
  const model = await tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology,
      weightSpecs: weightsManifest.flatMap((group) => group.weights),
      weightData: weights?.bytes.slice().buffer ?? new ArrayBuffer(0),
    }),
  );
  const results = model.predict(tf.tensor4d(images, [count, canvas, canvas, 1])) as tf.Tensor[];

  expect(model.outputNames).toEqual([...tasks]);
  results.forEach((logits, index) => expectClose(logits.dataSync(), expected[index]));
});

function run(network: Graph, shape: number[]): number[][] {
  const executor = new Executor(
    network,
    network.outputs.map(({ value }) => value),
  );
  const outputs = executor.run(new Map([[network.inputs[0]?.id ?? '', tf.tensor(images, shape)]]));
  return outputs.map((output) => Array.from(output.dataSync()));
}

function expectClose(found: ArrayLike<number> | undefined, wanted: readonly number[] | undefined): void {
  expect(found).toHaveLength(wanted?.length ?? 0);
  wanted?.forEach((logit, index) => expect(found?.[index]).toBeCloseTo(logit, 3));
}

/** Norms of a trained network differ from channel to channel; so must the test's, or a mix-up would not show. */
function withRandomNorms(network: Graph): Graph {
  const random = new Random(9);
  const params = new Map(
    [...network.params].map(([id, param]) => {
      const vector = param.shape.length === 1;
      const data = vector ? param.data.map(() => 0.5 + random.uniform()) : param.data;
      return [id, { ...param, data }];
    }),
  );
  return { ...network, params };
}
