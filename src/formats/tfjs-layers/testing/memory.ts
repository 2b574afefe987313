import * as tf from '@tensorflow/tfjs';
import type { NamedBytes } from '../../../util/files';
import { isObject } from '../../tfjs/json';

/** Saves a model as tfjs writes it to disk: model.json and shards of at most `shardBytes`. */
export async function saveModel(
  model: tf.LayersModel,
  shardBytes = 4096,
  includeOptimizer = false,
): Promise<NamedBytes[]> {
  const saved: tf.io.ModelArtifacts[] = [];
  await model.save(
    tf.io.withSaveHandler((artifacts) => {
      saved.push(artifacts);
      return Promise.resolve({ modelArtifactsInfo: { dateSaved: new Date(0), modelTopologyType: 'JSON' } });
    }),
    { includeOptimizer },
  );
  const [artifacts] = saved;
  if (!artifacts?.weightData || !artifacts.weightSpecs) throw new Error('tfjs saved no weights.');
  const { weightData, weightSpecs, ...rest } = artifacts;
  const shards = split(new Uint8Array(tf.io.CompositeArrayBuffer.join(weightData)), shardBytes);
  const json = {
    ...rest,
    weightsManifest: [{ paths: shards.map(({ name }) => name), weights: weightSpecs }],
  };
  return [{ name: 'model.json', bytes: encode(json) }, ...shards];
}

/** Loads written files with tfjs itself, as an independent reader. */
export async function loadModel(files: readonly NamedBytes[]): Promise<tf.LayersModel> {
  const json = modelJson(files);
  const groups = json.weightsManifest;
  const weightSpecs = groups.flatMap(({ weights }) => weights);
  const shards = groups.flatMap(({ paths }) => paths).map((path) => fileOf(files, path).slice().buffer);
  const weightData = tf.io.CompositeArrayBuffer.join(shards);
  const { modelTopology, trainingConfig } = json;
  return tf.loadLayersModel(
    tf.io.fromMemory({
      modelTopology,
      weightSpecs,
      weightData,
      ...(trainingConfig ? { trainingConfig } : {}),
    }),
  );
}

export function modelJson(files: readonly NamedBytes[]): tf.io.ModelJSON {
  const json: unknown = JSON.parse(new TextDecoder().decode(fileOf(files, 'model.json')));
  if (!isObject(json)) throw new Error('model.json is not an object.');
  return json as unknown as tf.io.ModelJSON;
}

export function encode(json: unknown): Uint8Array {
  return new TextEncoder().encode(JSON.stringify(json));
}

/** Every weight at random, running variances positive; the same for the same seed. */
export function randomise(model: tf.LayersModel, seed = 1): tf.LayersModel {
  model.weights.forEach((weight, index) => {
    const shape = weight.shape.map((size) => size ?? 1);
    const fanIn = Math.max(
      1,
      shape.slice(0, -1).reduce((product, size) => product * size, 1),
    );
    const reach = shape.length > 1 ? 2 / Math.sqrt(fanIn) : 0.5;
    const values = tf.randomUniform(shape, -reach, reach, 'float32', seed + index);
    weight.write(weight.name.includes('variance') ? values.abs().add(0.5) : values);
  });
  return model;
}

function fileOf(files: readonly NamedBytes[], name: string): Uint8Array {
  const found = files.find((file) => file.name === name);
  if (!found) throw new Error(`There is no file ${name}.`);
  return found.bytes;
}

function split(bytes: Uint8Array, size: number): NamedBytes[] {
  const count = Math.max(1, Math.ceil(bytes.length / size));
  return Array.from({ length: count }, (_, i) => ({
    name: `group1-shard${i + 1}of${count}.bin`,
    bytes: bytes.slice(i * size, (i + 1) * size),
  }));
}
