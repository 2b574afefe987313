import { pooledSize } from '../../../graph/spatial';
import { type Convert, requireChannelsLast } from './context';
import { windowPads } from './convolution';

const pool =
  (kind: 'max' | 'average'): Convert =>
  (layer) => {
    requireChannelsLast(layer);
    const [height = 1, width = 1, channels = 1] = layer.sizes;
    const kernel = layer.config.pair('pool_size', 2);
    const strides = layer.config.pair('strides', kernel);
    const dilations = [1, 1] as const;
    const pads = windowPads(layer, height, width, { kernel, strides, dilations });
    const [top, left, bottom, right] = pads;
    const shape = [
      null,
      pooledSize(height, kernel[0], strides[0], 1, top + bottom, false),
      pooledSize(width, kernel[1], strides[1], 1, left + right, false),
      channels,
    ];
    return layer.add(
      { op: 'pool', kind, kernel, strides, dilations, pads, countIncludePad: false, inputs: [layer.input] },
      { shape },
    );
  };

const globalPool =
  (kind: 'mean' | 'max'): Convert =>
  (layer) => {
    requireChannelsLast(layer);
    const axes = layer.sizes.slice(0, -1).map((_, axis) => axis + 1);
    const keepDims = layer.config.boolean('keepdims', false);
    return layer.add({ op: 'reduce', kind, axes, keepDims, inputs: [layer.input] });
  };

export const poolingLayers: Readonly<Record<string, Convert>> = {
  MaxPooling2D: pool('max'),
  AveragePooling2D: pool('average'),
  GlobalMaxPooling1D: globalPool('max'),
  GlobalMaxPooling2D: globalPool('max'),
  GlobalAveragePooling1D: globalPool('mean'),
  GlobalAveragePooling2D: globalPool('mean'),
};
