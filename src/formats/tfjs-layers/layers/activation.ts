import type { ValueId } from '../../../graph/graph';
import type { UnaryKind } from '../../../graph/nodes';
import { isObject } from '../../tfjs/json';
import { type Convert, type LayerContext, Unsupported } from './context';

type Activation = UnaryKind | 'linear' | 'softmax' | 'logSoftmax';

const hardSigmoid: UnaryKind = { kind: 'hardSigmoid', alpha: 0.2, beta: 0.5 };
const keras3HardSigmoid: UnaryKind = { kind: 'hardSigmoid', alpha: 1 / 6, beta: 0.5 };

/** By Keras' name in lower case without underscores, with the arithmetic of tfjs-layers. */
const activations: ReadonlyMap<string, Activation> = new Map<string, Activation>([
  ['linear', 'linear'],
  ['softmax', 'softmax'],
  ['logsoftmax', 'logSoftmax'],
  ['relu', { kind: 'relu' }],
  ['relu6', { kind: 'clip', min: 0, max: 6 }],
  ['elu', { kind: 'elu', alpha: 1 }],
  ['selu', { kind: 'selu' }],
  ['sigmoid', { kind: 'sigmoid' }],
  ['hardsigmoid', hardSigmoid],
  ['hardswish', { kind: 'hardSwish' }],
  ['hardsilu', { kind: 'hardSwish' }],
  ['tanh', { kind: 'tanh' }],
  ['softplus', { kind: 'softplus' }],
  ['softsign', { kind: 'softsign' }],
  ['swish', { kind: 'silu' }],
  ['silu', { kind: 'silu' }],
  ['mish', { kind: 'mish' }],
  ['exponential', { kind: 'exp' }],
  ['gelu', { kind: 'gelu', approximate: 'none' }],
  ['gelunew', { kind: 'gelu', approximate: 'tanh' }],
]);

/** The layer's `activation`. @throws Unsupported when it is not known */
export function fusedActivation({ config, dialect }: LayerContext): Activation {
  const stored = config.raw['activation'] ?? 'linear';
  const name = isObject(stored)
    ? typeof stored['config'] === 'string'
      ? stored['config']
      : stored['class_name']
    : stored;
  const found =
    typeof name === 'string' ? activations.get(name.toLowerCase().replaceAll('_', '')) : undefined;
  if (!found) throw new Unsupported(`its activation ${JSON.stringify(stored)} is not known.`);
  return found === hardSigmoid && dialect === 'keras3' ? keras3HardSigmoid : found;
}

/** The part name of the value before the activation: none when there is nothing to follow. */
export function beforeActivation(activation: Activation): { part?: string } {
  return activation === 'linear' ? {} : { part: 'linear' };
}

/** Adds the activation, which then is the layer's output. */
export function activate(layer: LayerContext, value: ValueId, activation: Activation): ValueId {
  if (activation === 'linear') return value;
  if (activation === 'softmax' || activation === 'logSoftmax') {
    return layer.add({ op: activation, inputs: [value], axis: layer.builder.shape(value).length - 1 });
  }
  return layer.add({ op: 'unary', fn: activation, inputs: [value] });
}

const unary = (layer: LayerContext, fn: UnaryKind) => layer.add({ op: 'unary', fn, inputs: [layer.input] });

const identity: Convert = (layer) => layer.add({ op: 'identity', inputs: [layer.input] });

const activation: Convert = (layer) => {
  const fn = fusedActivation(layer);
  return fn === 'linear' ? identity(layer) : activate(layer, layer.input, fn);
};

const relu: Convert = (layer) => {
  const { config } = layer;
  const max = config.raw['max_value'];
  const slope = config.number('negative_slope', 0);
  if (config.number('threshold', 0) !== 0) throw new Unsupported('its threshold is not zero.');
  if (slope !== 0) {
    if (layer.dialect === 'tfjs') throw new Unsupported('tfjs-layers cannot run its negative_slope.');
    if (max !== undefined && max !== null) throw new Unsupported('it has a negative_slope and a max_value.');
    return unary(layer, { kind: 'leakyRelu', alpha: slope });
  }
  if (max === undefined || max === null) return unary(layer, { kind: 'relu' });
  return unary(layer, { kind: 'clip', min: 0, max: config.number('max_value') });
};

const softmax: Convert = (layer) => {
  const rank = layer.shape.length;
  const stored = layer.config.raw['axis'];
  const axis =
    Array.isArray(stored) && stored.length === 1 ? Number(stored[0]) : layer.config.number('axis', -1);
  return layer.add({ op: 'softmax', inputs: [layer.input], axis: axis < 0 ? axis + rank : axis });
};

const prelu: Convert = (layer) =>
  layer.add({ op: 'prelu', inputs: [layer.input, layer.weight('alpha', { role: 'weight' })] });

export const activationLayers: Readonly<Record<string, Convert>> = {
  Activation: activation,
  ReLU: relu,
  LeakyReLU: (layer) => unary(layer, { kind: 'leakyRelu', alpha: layer.config.number('alpha', 0.3) }),
  ELU: (layer) => unary(layer, { kind: 'elu', alpha: layer.config.number('alpha', 1) }),
  ThresholdedReLU: (layer) =>
    unary(layer, { kind: 'thresholdedRelu', alpha: layer.config.number('theta', 1) }),
  Softmax: softmax,
  PReLU: prelu,
  // Regularisation and augmentation that do nothing outside training.
  Dropout: identity,
  SpatialDropout1D: identity,
  SpatialDropout2D: identity,
  GaussianDropout: identity,
  GaussianNoise: identity,
  AlphaDropout: identity,
  ActivityRegularization: identity,
  RandomFlip: identity,
  RandomRotation: identity,
  RandomTranslation: identity,
  RandomZoom: identity,
  RandomContrast: identity,
  RandomBrightness: identity,
  Identity: identity,
};
