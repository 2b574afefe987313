import type { ValueId } from '../../../graph/graph';
import type { Pads } from '../../../graph/nodes';
import { pooledSize, samePads } from '../../../graph/spatial';
import { broken } from '../../tfjs/json';
import { activate, fusedActivation } from './activation';
import { type Convert, type LayerContext, requireChannelsLast, Unsupported } from './context';
import { bias } from './convolution';

/** [N,L,C] as an image [N,1,L,C]. */
function toImage(layer: LayerContext): { image: ValueId; length: number; channels: number } {
  requireChannelsLast(layer);
  const [length, channels, ...more] = layer.sizes;
  if (length === undefined || channels === undefined || more.length > 0) {
    throw broken(
      layer.file,
      `layer "${layer.name}"`,
      `its input has ${layer.sizes.length + 1} axes; 3 are wanted.`,
    );
  }
  const shape = [null, 1, length, channels];
  const image = layer.add({ op: 'reshape', inputs: [layer.input] }, { part: 'image', shape });
  return { image, length, channels };
}

function fromImage(layer: LayerContext, image: ValueId, part?: string): ValueId {
  const [, , ...sizes] = layer.builder.shape(image);
  return layer.add(
    { op: 'reshape', inputs: [image] },
    { shape: [null, ...sizes], ...(part ? { part } : {}) },
  );
}

function pads(layer: LayerContext, length: number, kernel: number, stride: number, dilation: number): Pads {
  const padding = layer.config.string('padding', 'valid');
  if (padding === 'valid') return [0, 0, 0, 0];
  if (padding !== 'same') throw new Unsupported(`its padding "${padding}" is not known.`);
  const [left, right] = samePads(length, kernel, stride, dilation);
  return [0, left, 0, right];
}

const conv1d: Convert = (layer) => {
  const activation = fusedActivation(layer);
  const [kernel = 1, , filters] = layer.weightShape('kernel');
  if (layer.hasWeight('kernel') && filters !== layer.config.number('filters')) {
    throw layer.config.wrong('filters', `the ${filters ?? 0} of the kernel`);
  }
  const [stride] = layer.config.pair('strides', 1);
  const [dilation] = layer.config.pair('dilation_rate', 1);
  const length = layer.sizes[0] ?? 1;
  const padding = pads(layer, length, kernel, stride, dilation);
  const { image } = toImage(layer);
  const weight = layer.weight('kernel', { role: 'weight', name: layer.name, axes: [-1, 0, 1, 2] });
  const value = layer.add(
    {
      op: 'conv2d',
      strides: [1, stride],
      dilations: [1, dilation],
      pads: padding,
      groups: layer.config.number('groups', 1),
      inputs: [image, weight, ...bias(layer)],
    },
    { part: 'conv' },
  );
  return activate(layer, fromImage(layer, value, activation === 'linear' ? undefined : 'linear'), activation);
};

const pool1d =
  (kind: 'max' | 'average'): Convert =>
  (layer) => {
    const [kernel] = layer.config.pair('pool_size', 2);
    const [stride] = layer.config.pair('strides', kernel);
    const padding = pads(layer, layer.sizes[0] ?? 1, kernel, stride, 1);
    const { image, length, channels } = toImage(layer);
    const pooled = pooledSize(length, kernel, stride, 1, padding[1] + padding[3], false);
    const value = layer.add(
      {
        op: 'pool',
        kind,
        kernel: [1, kernel],
        strides: [1, stride],
        dilations: [1, 1],
        pads: padding,
        countIncludePad: false,
        inputs: [image],
      },
      { part: 'pool', shape: [null, 1, pooled, channels] },
    );
    return fromImage(layer, value);
  };

export const oneDimensionalLayers: Readonly<Record<string, Convert>> = {
  Conv1D: conv1d,
  MaxPooling1D: pool1d('max'),
  AveragePooling1D: pool1d('average'),
};
