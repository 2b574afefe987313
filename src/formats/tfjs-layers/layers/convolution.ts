import type { ValueId } from '../../../graph/graph';
import type { Pads } from '../../../graph/nodes';
import { samePads } from '../../../graph/spatial';
import { broken } from '../../tfjs/json';
import { activate, beforeActivation, fusedActivation } from './activation';
import { type Convert, type LayerContext, requireChannelsLast, Unsupported } from './context';

interface Window {
  readonly kernel: readonly [number, number];
  readonly strides: readonly [number, number];
  readonly dilations: readonly [number, number];
}

/** Padding around an image of height × width for Keras' `padding`. @throws Unsupported */
export function windowPads(layer: LayerContext, height: number, width: number, window: Window): Pads {
  const { kernel, strides, dilations } = window;
  const padding = layer.config.string('padding', 'valid');
  if (padding === 'valid') return [0, 0, 0, 0];
  if (padding !== 'same') throw new Unsupported(`its padding "${padding}" is not known.`);
  const [top, bottom] = samePads(height, kernel[0], strides[0], dilations[0]);
  const [left, right] = samePads(width, kernel[1], strides[1], dilations[1]);
  return [top, left, bottom, right];
}

export function bias(layer: LayerContext): ValueId[] {
  return layer.config.boolean('use_bias', true) ? [layer.weight('bias', { role: 'weight' })] : [];
}

function spatial(layer: LayerContext): [number, number, number] {
  const { sizes } = layer;
  const [height, width, channels] = sizes;
  if (sizes.length !== 3 || height === undefined || width === undefined || channels === undefined) {
    throw broken(
      layer.file,
      `layer "${layer.name}"`,
      `its input has ${sizes.length + 1} axes; 4 are wanted.`,
    );
  }
  return [height, width, channels];
}

function kernelShape(layer: LayerContext, weight: string, outAxis: number | null, count?: number) {
  const shape = layer.weightShape(weight);
  const [a = 0, b = 0] = shape;
  if (layer.hasWeight(weight) && shape.length !== 4) {
    throw broken(
      layer.file,
      `weight "${layer.name}/${weight}"`,
      `it has ${shape.length} axes; 4 are wanted.`,
    );
  }
  if (outAxis !== null && layer.hasWeight(weight) && shape[outAxis] !== count) {
    throw broken(
      layer.file,
      `layer "${layer.name}"`,
      `"filters" is ${count ?? 'missing'}, but the kernel is ${shape.join('×')}.`,
    );
  }
  return [a, b] as const;
}

const conv2d: Convert = (layer) => {
  requireChannelsLast(layer);
  const activation = fusedActivation(layer);
  const [height, width] = spatial(layer);
  const kernel = kernelShape(layer, 'kernel', 3, layer.config.number('filters'));
  const strides = layer.config.pair('strides', 1);
  const dilations = layer.config.pair('dilation_rate', 1);
  const value = layer.add(
    {
      op: 'conv2d',
      strides,
      dilations,
      pads: windowPads(layer, height, width, { kernel, strides, dilations }),
      groups: layer.config.number('groups', 1),
      inputs: [layer.input, layer.weight('kernel', { role: 'weight', name: layer.name }), ...bias(layer)],
    },
    beforeActivation(activation),
  );
  return activate(layer, value, activation);
};

/** The depthwise half of a layer: kernel [KH,KW,Ci,multiplier] as a convolution in Ci groups. */
function depthwise(layer: LayerContext, withBias: boolean, part: { part?: string }): ValueId {
  requireChannelsLast(layer);
  const [height, width, channels] = spatial(layer);
  const kernel = kernelShape(layer, 'depthwise_kernel', null);
  const strides = layer.config.pair('strides', 1);
  const dilations = layer.config.pair('dilation_rate', 1);
  const weight = layer.depthwiseKernel('depthwise_kernel');
  return layer.add(
    {
      op: 'conv2d',
      strides,
      dilations,
      pads: windowPads(layer, height, width, { kernel, strides, dilations }),
      groups: channels,
      inputs: [layer.input, weight, ...(withBias ? bias(layer) : [])],
    },
    part,
  );
}

const depthwiseConv2d: Convert = (layer) => {
  const activation = fusedActivation(layer);
  return activate(layer, depthwise(layer, true, beforeActivation(activation)), activation);
};

const separableConv2d: Convert = (layer) => {
  const activation = fusedActivation(layer);
  kernelShape(layer, 'pointwise_kernel', 3, layer.config.number('filters'));
  const carried = depthwise(layer, false, { part: 'depthwise' });
  const value = layer.add(
    {
      op: 'conv2d',
      strides: [1, 1],
      dilations: [1, 1],
      pads: [0, 0, 0, 0],
      groups: 1,
      inputs: [
        carried,
        layer.weight('pointwise_kernel', { role: 'weight', name: layer.name }),
        ...bias(layer),
      ],
    },
    beforeActivation(activation),
  );
  return activate(layer, value, activation);
};

/** Keras' output is input·stride with `same`, and input·stride + max(kernel − stride, 0) with `valid`. */
const conv2dTranspose: Convert = (layer) => {
  requireChannelsLast(layer);
  const activation = fusedActivation(layer);
  spatial(layer);
  const kernel = kernelShape(layer, 'kernel', 2, layer.config.number('filters'));
  const strides = layer.config.pair('strides', 1);
  const padding = layer.config.string('padding', 'valid');
  if (padding !== 'valid' && padding !== 'same')
    throw new Unsupported(`its padding "${padding}" is not known.`);
  if ((layer.config.raw['output_padding'] ?? null) !== null) {
    throw new Unsupported('it has output_padding, which tfjs-layers does not read.');
  }
  if (layer.config.pair('dilation_rate', 1).some((rate) => rate !== 1))
    throw new Unsupported('it is dilated.');
  const axes = ([0, 1] as const).map((axis) => {
    const surplus = kernel[axis] - strides[axis];
    const total = padding === 'same' ? Math.max(0, surplus) : 0;
    return { before: Math.floor(total / 2), after: Math.ceil(total / 2), extra: Math.max(0, -surplus) };
  });
  const [rows, columns] = axes;
  const value = layer.add(
    {
      op: 'convTranspose2d',
      strides,
      dilations: [1, 1],
      pads: [rows?.before ?? 0, columns?.before ?? 0, rows?.after ?? 0, columns?.after ?? 0],
      outputPadding: [rows?.extra ?? 0, columns?.extra ?? 0],
      groups: 1,
      inputs: [layer.input, layer.weight('kernel', { role: 'weight', name: layer.name }), ...bias(layer)],
    },
    beforeActivation(activation),
  );
  return activate(layer, value, activation);
};

const dense: Convert = (layer) => {
  const activation = fusedActivation(layer);
  const units = layer.config.number('units');
  if (layer.hasWeight('kernel') && layer.weightShape('kernel')[1] !== units) {
    throw broken(
      layer.file,
      `layer "${layer.name}"`,
      `"units" is ${units}, but the kernel is ${layer.weightShape('kernel').join('×')}.`,
    );
  }
  const kernel = layer.weight('kernel', { role: 'weight', name: layer.name });
  const value = layer.add(
    { op: 'dense', inputs: [layer.input, kernel, ...bias(layer)] },
    beforeActivation(activation),
  );
  return activate(layer, value, activation);
};

export const kernelLayers: Readonly<Record<string, Convert>> = {
  Conv2D: conv2d,
  DepthwiseConv2D: depthwiseConv2d,
  SeparableConv2D: separableConv2d,
  Conv2DTranspose: conv2dTranspose,
  Dense: dense,
};
