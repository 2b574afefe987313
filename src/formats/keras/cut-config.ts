import type { Graph, Shape, ValueId } from '../../graph/graph';
import { isObject, type JsonObject } from '../tfjs/json';
import type { LayerTrace } from '../tfjs-layers/reader';
import { sliceLayer } from '../tfjs-layers/slice-topology';
import { isModelClass } from '../tfjs-layers/topology';

export interface Resizing {
  readonly traces: ReadonlyMap<string, LayerTrace>;
  readonly original: Graph;
  readonly sliced: Graph;
}

/**
 * Writes the sizes of the sliced graph into a model's config, in place and in the notation of either Keras: filters,
 * units, groups, and the shapes that layers were built with or are given.
 */
export function cutConfig(model: JsonObject, resizing: Resizing, key = ''): void {
  const layers = layersOf(model);
  const keys = new Map(layers.map((layer, index) => [nameOf(layer), `${key}${index}`]));
  layers.forEach((layer, index) => {
    const layerKey = `${key}${index}`;
    const trace = resizing.traces.get(layerKey);
    if (trace) cutLayer(layer, trace, resizing);
    for (const { shape, source } of tensorsGiven(layer['inbound_nodes'])) {
      const from = resizing.traces.get(keys.get(source) ?? '');
      if (from) resize(shape, from.output, resizing);
    }
    if (isModelClass(String(layer['class_name']))) cutConfig(layer, resizing, `${layerKey}/`);
  });
}

function layersOf({ config }: JsonObject): JsonObject[] {
  const layers: unknown = isObject(config) ? config['layers'] : config;
  return Array.isArray(layers) ? layers.filter(isObject) : [];
}

function nameOf({ name, config }: JsonObject): string {
  return String(name ?? (isObject(config) ? config['name'] : ''));
}

function cutLayer(layer: JsonObject, trace: LayerTrace, resizing: Resizing): void {
  const config = isObject(layer['config']) ? layer['config'] : {};
  const { sliced } = resizing;
  const output = (sliced.values.get(trace.output)?.shape ?? []).slice(1).map((size) => size ?? 1);
  sliceLayer({ className: String(layer['class_name']), name: nameOf(layer), config }, output, sliced);
  for (const name of ['batch_input_shape', 'batch_shape']) resize(config[name], trace.input, resizing);
  const build = layer['build_config'];
  if (isObject(build)) resizeAll(build['input_shape'], trace.inputs, resizing);
}

/** A shape, or a list of one for each input. */
function resizeAll(stored: unknown, inputs: readonly ValueId[], resizing: Resizing): void {
  if (!Array.isArray(stored)) return;
  const nested = stored.some(Array.isArray);
  inputs.forEach((input, index) => resize(nested ? stored[index] : stored, input, resizing));
}

/** Axes of a stored shape that had the size of the value's have its new one. */
function resize(stored: unknown, value: ValueId, { original, sliced }: Resizing): void {
  const before: Shape = original.values.get(value)?.shape ?? [];
  const after: Shape = sliced.values.get(value)?.shape ?? [];
  if (!Array.isArray(stored) || stored.length !== before.length) return;
  before.forEach((size, axis) => {
    if (size !== after[axis] && stored[axis] === size) stored[axis] = after[axis];
  });
}

/** The shapes that Keras 3 notes with the tensors of a call, and the layers that they come from. */
function tensorsGiven(json: unknown): { shape: unknown; source: string }[] {
  if (Array.isArray(json)) return json.flatMap(tensorsGiven);
  if (!isObject(json)) return [];
  const { class_name: className, config } = json;
  if (className !== '__keras_tensor__' || !isObject(config)) return Object.values(json).flatMap(tensorsGiven);
  const history = config['keras_history'];
  return Array.isArray(history) ? [{ shape: config['shape'], source: String(history[0]) }] : [];
}
