import * as tf from '@tensorflow/tfjs';
import type { Value } from '../../src/graph/graph';
import type { NamedBytes } from '../../src/util/files';
import type { NamedResult } from './difference';

/** A model run by tfjs itself. */
export interface Reference {
  readonly inputTypes: readonly (string | undefined)[];
  /** @param inputs in the order of the model's inputs */
  run(inputs: ReadonlyMap<string, tf.Tensor>, taps: readonly Value[]): Promise<NamedResult[]>;
  /** Runs to the end, operators that the studio does not execute included. */
  runWhole(inputs: ReadonlyMap<string, tf.Tensor>): Promise<void>;
  dispose(): void;
}

interface ModelJson {
  readonly modelTopology: { readonly node?: unknown };
  readonly weightsManifest?: readonly {
    readonly paths: string[];
    readonly weights: tf.io.WeightsManifestEntry[];
  }[];
  readonly signature?: object;
  readonly userDefinedMetadata?: Record<string, unknown>;
}

function parse(bytes: Uint8Array): Partial<ModelJson> {
  const json: unknown = JSON.parse(new TextDecoder().decode(bytes));
  return typeof json === 'object' && json !== null ? json : {};
}

export function shardPaths(bytes: Uint8Array): string[] {
  const manifest: unknown = parse(bytes).weightsManifest;
  if (!Array.isArray(manifest)) return [];
  return (manifest as { readonly paths?: string[] }[]).flatMap(({ paths }) => paths ?? []);
}

export async function loadReference(files: readonly NamedBytes[]): Promise<Reference> {
  const [main, ...shards] = files;
  const { weightsManifest = [], modelTopology = {}, ...rest } = main ? parse(main.bytes) : {};
  const bytes = weightsManifest
    .flatMap(({ paths }) => paths)
    .map((path) => shards.find(({ name }) => name === path)?.bytes.slice().buffer ?? new ArrayBuffer(0));
  const source = tf.io.fromMemory({
    ...rest,
    modelTopology,
    weightSpecs: weightsManifest.flatMap(({ weights }) => weights),
    weightData: tf.io.CompositeArrayBuffer.join(bytes),
  });
  return Array.isArray(modelTopology.node)
    ? graphModel(await tf.loadGraphModel(source))
    : layersModel(await tf.loadLayersModel(source));
}

function graphModel(model: tf.GraphModel): Reference {
  const feeds = (inputs: ReadonlyMap<string, tf.Tensor>) =>
    Object.fromEntries([...inputs.values()].map((tensor, i) => [model.inputs[i]?.name ?? '', tensor]));
  return {
    inputTypes: model.inputs.map(({ dtype }) => dtype),
    run: async (inputs, taps) => {
      const names = taps.map(({ name }) => name);
      if (names.length === 0) return [];
      const results = [await model.executeAsync(feeds(inputs), names)].flat();
      return named(results, names);
    },
    runWhole: async (inputs) => {
      await model.executeAsync(feeds(inputs));
    },
    dispose: () => model.dispose(),
  };
}

function layersModel(model: tf.LayersModel): Reference {
  const predict = (inputs: ReadonlyMap<string, tf.Tensor>) => [model.predict([...inputs.values()])].flat();
  return {
    inputTypes: model.inputs.map(({ dtype }) => dtype),
    run: (inputs, taps) =>
      Promise.resolve(
        named(
          predict(inputs),
          taps.map(({ name }) => name),
        ),
      ),
    runWhole: (inputs) => {
      predict(inputs);
      return Promise.resolve();
    },
    dispose: () => void model.dispose(),
  };
}

function named(results: readonly tf.Tensor[], names: readonly string[]): NamedResult[] {
  return results.map((result, index) => ({
    name: names[index] ?? '',
    shape: result.shape,
    data: result.dataSync(),
  }));
}
