import type { ValueId } from '../../../graph/graph';
import { type Convert, type LayerContext, Unsupported } from './context';

/** Whether the layer's `axis` is the last one. */
function onLastAxis(layer: LayerContext): boolean {
  const stored = layer.config.raw['axis'] ?? -1;
  const axis: unknown = Array.isArray(stored) && stored.length === 1 ? stored[0] : stored;
  return axis === -1 || axis === layer.shape.length - 1;
}

/** A switched-off scale or offset: one number for every channel, cut where the running variance is cut. */
function orUniform(layer: LayerContext, switchedOn: boolean, weight: string, value: number): ValueId {
  return switchedOn
    ? layer.weight(weight, { role: 'weight' })
    : layer.uniformLike('moving_variance', weight, value);
}

const batchNorm: Convert = (layer) => {
  if (!onLastAxis(layer)) throw new Unsupported('it normalises another axis than the last.');
  const { config } = layer;
  return layer.add({
    op: 'batchNorm',
    epsilon: config.number('epsilon', 1e-3),
    inputs: [
      layer.input,
      orUniform(layer, config.boolean('scale', true), 'gamma', 1),
      orUniform(layer, config.boolean('center', true), 'beta', 0),
      layer.weight('moving_mean', { role: 'statistic' }),
      layer.weight('moving_variance', { role: 'statistic' }),
    ],
  });
};

const layerNorm: Convert = (layer) => {
  if (!onLastAxis(layer)) throw new Unsupported('it normalises other axes than the last.');
  const scale = layer.config.boolean('scale', true);
  const center = layer.config.boolean('center', true);
  let value = layer.add(
    {
      op: 'normalize',
      axes: [layer.shape.length - 1],
      epsilon: layer.config.number('epsilon', 1e-3),
      inputs: [layer.input],
    },
    scale || center ? { part: 'normalized' } : {},
  );
  if (scale) {
    const gamma = layer.weight('gamma', { role: 'weight' });
    value = layer.add(
      { op: 'binary', kind: 'mul', inputs: [value, gamma] },
      center ? { part: 'scaled' } : {},
    );
  }
  if (center) {
    value = layer.add({
      op: 'binary',
      kind: 'add',
      inputs: [value, layer.weight('beta', { role: 'weight' })],
    });
  }
  return value;
};

const rescaling: Convert = (layer) => {
  const scale = layer.constant('scale', layer.config.number('scale'));
  const offset = layer.constant('offset', layer.config.number('offset', 0));
  const scaled = layer.add({ op: 'binary', kind: 'mul', inputs: [layer.input, scale] }, { part: 'scaled' });
  return layer.add({ op: 'binary', kind: 'add', inputs: [scaled, offset] });
};

/** To mean 0 and variance 1 with numbers found beforehand, which must lie in weights and not in the config. */
const normalization: Convert = (layer) => {
  if (!onLastAxis(layer) || layer.weightShape('variance').length !== 1)
    throw new Unsupported('its mean and variance are not one for each channel.');
  if (layer.config.boolean('invert', false)) throw new Unsupported('it is inverted.');
  return layer.add({
    op: 'batchNorm',
    epsilon: 1e-14, // that of the deviation is 1e-7
    inputs: [
      layer.input,
      layer.uniformLike('variance', 'scale', 1),
      layer.uniformLike('variance', 'offset', 0),
      layer.weight('mean', { role: 'statistic' }),
      layer.weight('variance', { role: 'statistic' }),
    ],
  });
};

export const normalizationLayers: Readonly<Record<string, Convert>> = {
  BatchNormalization: batchNorm,
  LayerNormalization: layerNorm,
  Normalization: normalization,
  Rescaling: rescaling,
};
