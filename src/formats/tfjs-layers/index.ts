import type { NamedBytes } from '../../util/files';
import type { Artifact, Format, ReadOptions } from '../artifact';
import { InputError } from '../../util/errors';
import { broken, isObject, isShallow, type JsonObject } from './json';
import { repairKeras3 } from './keras3';
import { readManifest } from './manifest';
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

/** Levels of brackets; models nested in models need a handful each. */
const maxDepth = 500;

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
function layersModel({ bytes }: NamedBytes): JsonObject | null {
  const byteOrderMark = bytes[0] === 0xef ? 3 : 0;
  const start = bytes.subarray(byteOrderMark).find((byte) => byte > 0x20);
  if (start !== 0x7b) return null;
  const json = parseJson(bytes);
  const plausible = isObject(json) && 'weightsManifest' in json && modelObject(json) !== null;
  return plausible && isShallow(json, maxDepth) ? json : null;
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return null;
  }
}

function notAModel(files: readonly NamedBytes[]): InputError {
  return new InputError({
    file: files.map(({ name }) => baseName(name)).join(', ') || 'model.json',
    problem: 'there is no model.json of a LayersModel.',
    advice: 'Drop the model.json that model.save or tensorflowjs_converter wrote, with its .bin files.',
  });
}

function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
