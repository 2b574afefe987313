import * as tf from '@tensorflow/tfjs';
import { beforeAll, describe, expect, it } from 'vitest';
import { analyseChannels } from '../../graph/channels';
import { sliceGraph } from '../../graph/slice';
import type { NamedBytes } from '../../util/files';
import { tfjsLayersFormat } from '.';
import { isObject } from '../tfjs/json';
import { encode, loadModel, modelJson, randomise, saveModel } from './testing/memory';
import { plain, residual } from './testing/models';
import { expectSame, predict, randomKeep, runGraph, sample } from './testing/compare';

beforeAll(async () => {
  await tf.setBackend('cpu');
});

/** Prunes the model and holds tfjs' reading of the export against the sliced graph. */
async function expectPrunedExportToAgree(
  files: readonly NamedBytes[],
  x: tf.Tensor,
): Promise<readonly NamedBytes[]> {
  const artifact = tfjsLayersFormat.read(files);
  const channels = analyseChannels(artifact.graph);
  const keep = randomKeep(channels, 1);
  const sliced = sliceGraph(artifact.graph, channels, keep);
  const written = artifact.write(channels, keep, sliced);
  expectSame(runGraph(sliced, x), predict(await loadModel(written), x));
  return written;
}

describe('quantised weights', () => {
  it.each(['uint8', 'uint16', 'float16'] as const)(
    'are read as tfjs reads them and stay %s',
    async (dtype) => {
      const model = randomise(plain());
      const files = quantise(await saveModel(model, 2 ** 20), dtype);
      const { graph } = tfjsLayersFormat.read(files);
      expectSame(runGraph(graph, sample(model)), predict(await loadModel(files), sample(model)));

      const written = await expectPrunedExportToAgree(files, sample(model));
      const before = modelJson(files).weightsManifest[0]?.weights ?? [];
      const after = modelJson(written).weightsManifest[0]?.weights ?? [];
      expect(after.map(({ quantization }) => quantization)).toEqual(
        before.map(({ quantization }) => quantization),
      );
    },
  );
});

describe('Keras 3', () => {
  it('is repaired on reading, said in a note, and loads in tfjs when written back', async () => {
    const model = randomise(residual());
    const files = inKeras3Notation(await saveModel(model));
    await expect(loadModel(files)).rejects.toThrow();

    const artifact = tfjsLayersFormat.read(files);
    expect(artifact.notes).toHaveLength(1);
    expect(artifact.notes[0]).toMatch(/Keras 3/);
    expectSame(runGraph(artifact.graph, sample(model)), predict(model, sample(model)));
    const whole = artifact.write(analyseChannels(artifact.graph), new Map(), artifact.graph);
    expectSame(predict(await loadModel(whole), sample(model)), predict(model, sample(model)));
    await expectPrunedExportToAgree(files, sample(model));
  });
});

describe('a layer that is not understood', () => {
  it('survives the export with all it needs, while other branches are pruned', async () => {
    const input = tf.input({ shape: [6, 6, 2] });
    const stem = tf.layers
      .conv2d({ filters: 4, kernelSize: 3, name: 'stem' })
      .apply(input) as tf.SymbolicTensor;
    const rows = tf.layers.reshape({ targetShape: [16, 4] }).apply(stem) as tf.SymbolicTensor;
    const memory = tf.layers.gru({ units: 3, name: 'memory' }).apply(rows) as tf.SymbolicTensor;
    const wide = tf.layers
      .conv2d({ filters: 6, kernelSize: 3, name: 'wide' })
      .apply(stem) as tf.SymbolicTensor;
    const map = tf.layers.conv2d({ filters: 1, kernelSize: 1, name: 'map' }).apply(wide) as tf.SymbolicTensor;
    const model = randomise(tf.model({ inputs: input, outputs: [memory, map] }));

    const artifact = tfjsLayersFormat.read(await saveModel(model));
    const channels = analyseChannels(artifact.graph);
    expect(channels.groups.filter(({ frozen }) => frozen === null).map(({ id }) => id)).toEqual(['wide']);
    const keep = new Map([['wide', [0, 3]]]);
    const pruned = await loadModel(
      artifact.write(channels, keep, sliceGraph(artifact.graph, channels, keep)),
    );
    expect(pruned.getLayer('wide').outputShape).toEqual([null, 2, 2, 2]);
    const x = sample(model);
    expectSame(predict(pruned, x).slice(0, 1), predict(model, x).slice(0, 1));
  });
});

/** Stores every weight quantised, as `tensorflowjs_converter --quantize_*` does. */
function quantise(files: readonly NamedBytes[], dtype: 'uint8' | 'uint16' | 'float16'): NamedBytes[] {
  const json = modelJson(files);
  const [shard] = files.slice(1);
  const numbers = new Float32Array(shard?.bytes.slice().buffer ?? new ArrayBuffer(0));
  let at = 0;
  const parts: Uint8Array[] = [];
  const weights = (json.weightsManifest[0]?.weights ?? []).map((weight) => {
    const count = weight.shape.reduce((product, size) => product * size, 1);
    const values = numbers.subarray(at, at + count);
    at += count;
    if (dtype === 'float16') {
      parts.push(new Uint8Array(Uint16Array.from(values, halfBits).buffer));
      return { ...weight, quantization: { dtype, original_dtype: 'float32' } };
    }
    const min = Math.min(...values);
    const levels = dtype === 'uint8' ? 255 : 65535;
    const scale = (Math.max(...values) - min) / levels || 1;
    const stored = Array.from(values, (value) => Math.round((value - min) / scale));
    parts.push(dtype === 'uint8' ? Uint8Array.from(stored) : new Uint8Array(Uint16Array.from(stored).buffer));
    return { ...weight, quantization: { dtype, min, scale, original_dtype: 'float32' } };
  });
  const path = 'group1-shard1of1.bin';
  const bytes = Uint8Array.from(parts.flatMap((part) => [...part]));
  const manifest = [{ paths: [path], weights }];
  return [
    { name: 'model.json', bytes: encode({ ...json, weightsManifest: manifest }) },
    { name: path, bytes },
  ];
}

/** Bits of a half-precision number near a normal one: the float32's with fewer. */
function halfBits(value: number): number {
  const bits = new Uint32Array(Float32Array.of(value).buffer)[0] ?? 0;
  const exponent = ((bits >> 23) & 0xff) - 112;
  const sign = (bits >> 16) & 0x8000;
  return exponent <= 0 ? sign : sign | (exponent << 10) | ((bits >> 13) & 0x3ff);
}

function inKeras3Notation(files: readonly NamedBytes[]): NamedBytes[] {
  const json: unknown = JSON.parse(JSON.stringify(modelJson(files)));
  const topology = isObject(json) ? json['modelTopology'] : null;
  if (isObject(topology) && isObject(topology['config'])) {
    topology['class_name'] = 'Functional';
    const { config } = topology;
    config['input_layers'] = (config['input_layers'] as unknown[])[0];
    (config['layers'] as Record<string, unknown>[]).forEach(layerInKeras3);
  }
  return files.map((file) => (file.name === 'model.json' ? { ...file, bytes: encode(json) } : file));
}

function layerInKeras3(layer: Record<string, unknown>): void {
  const config = layer['config'] as Record<string, unknown>;
  config['batch_shape'] = config['batch_input_shape'];
  delete config['batch_input_shape'];
  const policy = {
    module: 'keras',
    class_name: 'DTypePolicy',
    config: { name: 'float32' },
    registered_name: null,
  };
  if (layer['class_name'] !== 'InputLayer') config['dtype'] = policy;
  layer['module'] = 'keras.layers';
  layer['registered_name'] = null;
  layer['build_config'] = { input_shape: [null] };
  if (layer['class_name'] === 'LeakyReLU') {
    config['negative_slope'] = config['alpha'];
    delete config['alpha'];
  }
  layer['inbound_nodes'] = (layer['inbound_nodes'] as unknown[][][]).map((refs) => {
    const tensors = refs.map((ref) => ({
      class_name: '__keras_tensor__',
      config: { shape: [null], dtype: 'float32', keras_history: ref.slice(0, 3) },
    }));
    return { args: tensors.length > 1 ? [tensors] : tensors, kwargs: {} };
  });
}
