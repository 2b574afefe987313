import * as tf from '@tensorflow/tfjs';
import type { NamedBytes } from '../../../util/files';

interface ModelJson {
  readonly modelTopology: { readonly node?: unknown };
  readonly weightsManifest: readonly {
    readonly paths: string[];
    readonly weights: tf.io.WeightsManifestEntry[];
  }[];
}

/** `model.json`, where it is trusted to be one. */
export function parseModelJson(bytes: Uint8Array): ModelJson {
  return JSON.parse(new TextDecoder().decode(bytes)) as ModelJson;
}

/** Loads model.json and its shards with tfjs itself, as an independent reader. */
export function loadGraphModel(files: readonly NamedBytes[]): Promise<tf.GraphModel> {
  return tf.loadGraphModel(inMemory(files));
}

export function loadLayersModel(files: readonly NamedBytes[]): Promise<tf.LayersModel> {
  return tf.loadLayersModel(inMemory(files));
}

function inMemory([main, ...shards]: readonly NamedBytes[]): ReturnType<typeof tf.io.fromMemory> {
  if (!main) throw new Error('There is no model.json.');
  const { weightsManifest, ...rest } = parseModelJson(main.bytes);
  const bytes = weightsManifest
    .flatMap(({ paths }) => paths)
    .map((path) => {
      const found = shards.find(({ name }) => name === path);
      if (!found) throw new Error(`There is no file ${path}.`);
      return found.bytes.slice().buffer;
    });
  return tf.io.fromMemory({
    ...rest,
    weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
    weightData: tf.io.CompositeArrayBuffer.join(bytes),
  });
}
