import { InputError } from '../../util/errors';
import type { NamedBytes } from '../../util/files';
import type { Artifact, Format, ReadOptions } from '../artifact';
import { readForSamples } from '../fixed-batch';
import { baseName, jsonObject, type JsonObject } from '../tfjs/json';
import { readManifest } from '../tfjs/manifest';
import { readGraph } from './reader';
import { nodeList, parseTopology } from './topology';
import { writeGraphModel } from './write';

/** TensorFlow.js GraphModels: `model.json` and its weight shards, as tensorflowjs_converter writes them. */
export const tfjsGraphFormat: Format = {
  id: 'tfjs-graph',
  label: 'TensorFlow.js GraphModel',
  recognise: (files) => files.some((file) => graphModel(file) !== null),
  read,
};

function read(files: readonly NamedBytes[], options: ReadOptions = {}): Artifact {
  const main = files.find((file) => graphModel(file) !== null);
  const json = main ? graphModel(main) : null;
  if (!main || !json)
    throw new InputError({
      file: files.map(({ name }) => baseName(name)).join(', ') || 'model.json',
      problem: 'there is no model.json of a GraphModel.',
      advice: 'Drop the model.json that tensorflowjs_converter wrote, with its .bin files.',
    });
  const file = baseName(main.name);
  const groups = readManifest(json['weightsManifest'], file, files);
  const weights = new Map(groups.flatMap((group) => group.weights).map((weight) => [weight.name, weight]));
  const topology = parseTopology(json, file);
  const source = { file, topology, weights, options };
  const reading = readForSamples((literalBatch) => readGraph({ ...source, literalBatch }));
  return {
    format: 'tfjs-graph',
    file,
    graph: reading.graph,
    notes: reading.notes,
    write: (channels, keep, sliced) =>
      writeGraphModel(
        { file, original: main.bytes, json, groups, topology, reading },
        { channels, keep, sliced },
      ),
  };
}

/** The parsed model.json, or null when the file is something else. */
function graphModel(file: NamedBytes): JsonObject | null {
  const json = jsonObject(file);
  return json && nodeList(json) ? json : null;
}
