import { broken, isObject, type JsonObject } from '../tfjs/json';

/** Output `tensor` of the `node`-th call of a layer. */
export interface TensorRef {
  readonly layer: string;
  readonly node: number;
  readonly tensor: number;
}

export interface LayerSpec {
  /** The layer's place in the topology, e.g. `3/1` in a nested model; the same each time the topology is parsed. */
  readonly key: string;
  readonly name: string;
  readonly className: string;
  /** The very object of the JSON. */
  readonly config: JsonObject;
  /** Inputs of each call; an input layer has none. */
  readonly calls: readonly (readonly TensorRef[])[];
  /** The layers inside, when the layer is itself a model. */
  readonly model: ModelSpec | null;
}

export interface ModelSpec {
  readonly layers: readonly LayerSpec[];
  readonly inputs: readonly TensorRef[];
  readonly outputs: readonly TensorRef[];
}

const maxDepth = 32;
const functional = ['Model', 'Functional'];

export function isModelClass(className: string): boolean {
  return className === 'Sequential' || functional.includes(className);
}

/** The `{class_name, config}` of the model in a model.json of TensorFlow.js or the Python converter. */
export function modelObject(json: JsonObject): JsonObject | null {
  const topology = json['modelTopology'];
  if (!isObject(topology)) return null;
  const model = topology['model_config'] ?? topology;
  return isObject(model) && typeof model['class_name'] === 'string' && 'config' in model ? model : null;
}

/** @throws InputError when the topology is not one of Keras */
export function parseModel(model: JsonObject, file: string, key = '', depth = 0): ModelSpec {
  const config = model['config'];
  if (depth > maxDepth) throw broken(file, 'modelTopology', 'models are nested too deeply.');
  if (model['class_name'] === 'Sequential') {
    const layers: unknown = isObject(config) ? config['layers'] : config;
    return sequential(parseLayers(layers, file, key, depth), file);
  }
  if (!isObject(config)) throw broken(file, 'modelTopology', 'the model has no config.');
  return {
    layers: parseLayers(config['layers'], file, key, depth),
    inputs: parseRefs(config['input_layers'], file, 'input_layers'),
    outputs: parseRefs(config['output_layers'], file, 'output_layers'),
  };
}

function parseLayers(layers: unknown, file: string, key: string, depth: number): LayerSpec[] {
  if (!Array.isArray(layers)) throw broken(file, 'modelTopology', 'the model has no list of layers.');
  return layers.map((layer: unknown, index) => parseLayer(layer, file, `${key}${index}`, depth));
}

function parseLayer(layer: unknown, file: string, key: string, depth: number): LayerSpec {
  const place = `modelTopology, layer ${key}`;
  if (!isObject(layer) || typeof layer['class_name'] !== 'string')
    throw broken(file, place, 'it has no class_name.');
  const className = layer['class_name'];
  const isModel = isModelClass(className);
  const config = layer['config'];
  const name =
    layer['name'] ?? (isObject(config) ? config['name'] : undefined) ?? (isModel ? `model_${key}` : null);
  if (typeof name !== 'string') throw broken(file, place, 'it has no name.');
  const inbound = layer['inbound_nodes'] ?? [];
  if (!Array.isArray(inbound)) throw broken(file, `layer "${name}"`, 'inbound_nodes is not a list.');
  return {
    key,
    name,
    className,
    config: isObject(config) ? config : {},
    calls: inbound.map((call: unknown) => parseRefs(call, file, `layer "${name}", inbound_nodes`)),
    model: isModel ? parseModel(layer, file, `${key}/`, depth + 1) : null,
  };
}

function parseRefs(refs: unknown, file: string, place: string): TensorRef[] {
  if (!Array.isArray(refs)) throw broken(file, place, 'it is not a list of layers.');
  return refs.map((ref: unknown) => {
    const [layer, node, tensor] = Array.isArray(ref) ? (ref as unknown[]) : [];
    if (typeof layer !== 'string' || typeof node !== 'number' || typeof tensor !== 'number') {
      throw broken(file, place, `${JSON.stringify(ref).slice(0, 80)} does not name a layer's output.`);
    }
    return { layer, node, tensor };
  });
}

/** A chain; the input that tfjs makes for a first layer that is not one is made here, with tfjs' name for it. */
function sequential(stack: readonly LayerSpec[], file: string): ModelSpec {
  const [first] = stack;
  if (!first) throw broken(file, 'modelTopology', 'a Sequential model has no layers.');
  const layers = first.className === 'InputLayer' ? stack : [impliedInput(first), ...stack];
  const refTo = (layer: LayerSpec | undefined): TensorRef[] =>
    layer ? [{ layer: layer.name, node: 0, tensor: 0 }] : [];
  return {
    layers: layers.map((layer, index) =>
      index === 0 ? layer : { ...layer, calls: [refTo(layers[index - 1])] },
    ),
    inputs: refTo(layers[0]),
    outputs: refTo(layers.at(-1)),
  };
}

function impliedInput(first: LayerSpec): LayerSpec {
  let layer = first;
  while (layer.model && layer.config['batch_input_shape'] === undefined) {
    const [inner] = layer.model.layers;
    if (!inner) break;
    layer = inner;
  }
  if (layer.className === 'InputLayer') return { ...layer, key: `${first.key}:input` };
  return {
    key: `${first.key}:input`,
    name: `${layer.name}_input`,
    className: 'InputLayer',
    config: { batch_input_shape: layer.config['batch_input_shape'] },
    calls: [],
    model: null,
  };
}

/** Every layer, those of nested models included. */
export function allLayers(model: ModelSpec): LayerSpec[] {
  return model.layers.flatMap((layer) => [layer, ...(layer.model ? allLayers(layer.model) : [])]);
}
