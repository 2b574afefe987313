import type { NamedBytes } from '../../util/files';
import type { Artifact, Format, ReadOptions } from '../artifact';
import { InputError } from '../../util/errors';
import { baseName, broken, jsonObject, type JsonObject } from '../tfjs/json';
import { repairKeras3 } from './keras3';
import { isNumeric, readManifest } from '../tfjs/manifest';
import { readLayers } from './reader';
import { isModelClass, modelObject, parseModel } from './topology';
import { TfjsLayersArtifact } from './write';

/** TensorFlow.js LayersModels: `model.json` and its weight shards, functional or Sequential. */
export const tfjsLayersFormat: Format = {
  id: 'tfjs-layers',
  label: 'TensorFlow.js LayersModel',
  recognise: (files) => files.some((file) => layersModel(file) !== null),
  read,
};

function read(files: readonly NamedBytes[], options: ReadOptions = {}): Artifact {
  const main = files.find((file) => layersModel(file) !== null);
  const json = main ? layersModel(main) : null;
  if (!main || !json) throw notAModel(files);
  const file = baseName(main.name);
  const model = modelObject(json);
  if (!model || !isModelClass(String(model['class_name']))) {
    throw broken(file, 'modelTopology', 'it is neither a functional nor a Sequential model.');
  }
  const repaired = repairKeras3(model);
  const groups = readManifest(json['weightsManifest'], file, files);
  const weights = new Map(groups.flatMap((group) => group.weights).map((weight) => [weight.name, weight]));
  const text = [...weights.values()].find((weight) => !isNumeric(weight));
  if (text) throw broken(file, `weight "${text.name}"`, `its type "${text.dtype}" is not known.`);
  const { graph, traces, notes } = readLayers(parseModel(model, file), weights, file, options);
  return new TfjsLayersArtifact({
    file,
    original: repaired ? null : main.bytes,
    json,
    groups,
    graph,
    traces,
    notes: repaired ? [keras3Note, ...notes] : notes,
  });
}

const keras3Note =
  'The model was written by Keras 3, whose notation tfjs-layers cannot load; the exported model.json is in the notation it can.';

/** The parsed model.json, or null when the file is something else. */
function layersModel(file: NamedBytes): JsonObject | null {
  const json = jsonObject(file);
  return json && 'weightsManifest' in json && modelObject(json) ? json : null;
}

function notAModel(files: readonly NamedBytes[]): InputError {
  return new InputError({
    file: files.map(({ name }) => baseName(name)).join(', ') || 'model.json',
    problem: 'there is no model.json of a LayersModel.',
    advice: 'Drop the model.json that model.save or tensorflowjs_converter wrote, with its .bin files.',
  });
}
