import type * as tf from '@tensorflow/tfjs';
import { tfjsGraphFormat } from '../../src/formats/tfjs-graph';
import { loadGraphModel, loadLayersModel } from '../../src/formats/tfjs/testing/load';
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

export async function loadReference(files: readonly NamedBytes[]): Promise<Reference> {
  const isGraph = tfjsGraphFormat.recognise(files);
  return isGraph ? graphModel(await loadGraphModel(files)) : layersModel(await loadLayersModel(files));
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
