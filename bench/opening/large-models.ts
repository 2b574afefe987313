import { create } from '@bufbuild/protobuf';
import { StringStringEntryProtoSchema, TensorProto_DataLocation as Location } from 'onnx-buf';
import { floats, tinyModel, type TinyModel } from '../../src/formats/onnx/testing/tiny';
import type { NamedBytes } from '../../src/util/files';

const WIDTH = 512;
const KERNEL_BYTES = 3 * 3 * WIDTH * WIDTH * 4;

/** A chain of 3×3 convolutions of 512 channels, of about so many bytes in all. */
export function largeOnnx(bytes: number): NamedBytes[] {
  return [{ name: 'large.onnx', bytes: tinyModel(chain(bytes)) }];
}

/** The same with its weights in a file beside it. */
export function largeOnnxWithData(bytes: number): NamedBytes[] {
  const { weights = [], ...rest } = chain(bytes);
  const data = new Uint8Array(weights.reduce((sum, { rawData }) => sum + rawData.length, 0));
  let offset = 0;
  for (const weight of weights) {
    data.set(weight.rawData, offset);
    weight.dataLocation = Location.EXTERNAL;
    weight.externalData = Object.entries({
      location: 'large.data',
      offset,
      length: weight.rawData.length,
    }).map(([key, value]) => create(StringStringEntryProtoSchema, { key, value: String(value) }));
    offset += weight.rawData.length;
    weight.rawData = new Uint8Array();
  }
  return [
    { name: 'large.onnx', bytes: tinyModel({ ...rest, weights }) },
    { name: 'large.data', bytes: data },
  ];
}

function chain(bytes: number): TinyModel {
  const depth = Math.max(2, Math.round(bytes / KERNEL_BYTES));
  const layers = Array.from({ length: depth }, (_, i) => i);
  const value = (layer: number) => (layer < 0 ? 'x' : `relu${layer}`);
  return {
    inputs: { x: ['N', 3, 8, 8] },
    outputs: [value(depth - 1)],
    weights: layers.map((layer) => floats(`layer${layer}.weight`, [WIDTH, layer === 0 ? 3 : WIDTH, 3, 3])),
    nodes: layers.flatMap((layer) => [
      ['Conv', [value(layer - 1), `layer${layer}.weight`], [`conv${layer}`], { pads: [1, 1, 1, 1] }] as const,
      ['Relu', [`conv${layer}`], [value(layer)]] as const,
    ]),
  };
}

/** A LayersModel of the same layers, in shards of 4 MiB as the converter makes them. */
export function largeLayersModel(bytes: number): NamedBytes[] {
  const depth = Math.max(2, Math.round(bytes / KERNEL_BYTES));
  const names = Array.from({ length: depth }, (_, layer) => `layer${layer}`);
  const weights = names.map((name, layer) => ({
    name: `${name}/kernel`,
    shape: [3, 3, layer === 0 ? 3 : WIDTH, WIDTH],
    dtype: 'float32',
  }));
  const values = weights.map(({ name, shape }) => floats(name, shape).rawData);
  const shards = shardsOf(values);
  const model = {
    format: 'layers-model',
    modelTopology: {
      class_name: 'Sequential',
      config: { name: 'large', layers: names.map(convolution) },
      keras_version: '2.15.0',
      backend: 'tensorflow',
    },
    weightsManifest: [{ paths: shards.map(({ name }) => name), weights }],
  };
  return [{ name: 'model.json', bytes: new TextEncoder().encode(JSON.stringify(model)) }, ...shards];
}

function convolution(name: string, layer: number) {
  return {
    class_name: 'Conv2D',
    config: {
      ...{ name, filters: WIDTH, kernel_size: [3, 3], strides: [1, 1], padding: 'same' },
      ...{ use_bias: false, activation: 'relu', dilation_rate: [1, 1], data_format: 'channels_last' },
      ...(layer === 0 ? { batch_input_shape: [null, 8, 8, 3] } : {}),
    },
  };
}

const SHARD_BYTES = 4 * 2 ** 20;

function shardsOf(parts: readonly Uint8Array[]): NamedBytes[] {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let offset = 0;
  for (const part of parts) {
    whole.set(part, offset);
    offset += part.length;
  }
  const count = Math.ceil(whole.length / SHARD_BYTES);
  return Array.from({ length: count }, (_, i) => ({
    name: `group1-shard${i + 1}of${count}.bin`,
    bytes: whole.subarray(i * SHARD_BYTES, (i + 1) * SHARD_BYTES),
  }));
}
