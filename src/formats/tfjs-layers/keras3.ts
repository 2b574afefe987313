import { isObject, type JsonObject } from '../tfjs/json';

/**
 * Rewrites, in place, the JSON of Keras 3 to that of Keras 2, which tfjs-layers reads. Only changes of notation:
 * `batch_shape`, data type policies, `__keras_tensor__` arguments and single input and output layers.
 *
 * @returns whether anything was rewritten
 */
export function repairKeras3(model: JsonObject): boolean {
  const before = JSON.stringify(model);
  repairModel(model);
  return JSON.stringify(model) !== before;
}

function repairModel(model: JsonObject): void {
  const config = model['config'];
  if (!isObject(config)) return;
  for (const key of ['input_layers', 'output_layers']) {
    const refs = config[key];
    if (Array.isArray(refs) && typeof refs[0] === 'string') config[key] = [refs];
  }
  const layers: unknown[] = Array.isArray(config['layers']) ? config['layers'] : [];
  layers.filter(isObject).forEach(repairLayer);
}

function repairLayer(layer: JsonObject): void {
  const config = layer['config'];
  if (isObject(config)) {
    repairConfig(layer, config);
    if (Array.isArray(config['layers'])) repairModel(layer);
  }
  const inbound = layer['inbound_nodes'];
  if (Array.isArray(inbound)) layer['inbound_nodes'] = inbound.map(repairCall);
}

function repairConfig(layer: JsonObject, config: JsonObject): void {
  if (Array.isArray(config['batch_shape'])) {
    config['batch_input_shape'] = config['batch_shape'];
    delete config['batch_shape'];
  }
  const policy = config['dtype'];
  if (isObject(policy)) config['dtype'] = 'float32';
  if (layer['class_name'] === 'LeakyReLU' && config['alpha'] === undefined && 'negative_slope' in config) {
    config['alpha'] = config['negative_slope'];
  }
}

/** `{args: [tensor | [tensors]], kwargs}` to `[[layer, node, tensor, kwargs]]`. Other calls are left alone. */
function repairCall(call: unknown): unknown {
  if (!isObject(call) || !Array.isArray(call['args'])) return call;
  const tensors: unknown[] = call['args'].flat();
  const refs = tensors.map((tensor) => {
    const config = isObject(tensor) && tensor['class_name'] === '__keras_tensor__' ? tensor['config'] : null;
    const history = isObject(config) ? config['keras_history'] : null;
    return Array.isArray(history) ? [...(history as unknown[]), {}] : null;
  });
  return refs.every((ref) => ref !== null) ? refs : call;
}
