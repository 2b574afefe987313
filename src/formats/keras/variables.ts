import type { LayerSpec } from '../tfjs-layers/topology';

type Variables = (layer: LayerSpec['config']) => (string | false)[];

const unless = (config: LayerSpec['config'], key: string, name: string) => config[key] !== false && name;
const kernel: Variables = (config) => ['kernel', unless(config, 'use_bias', 'bias')];
const scaleAndOffset: Variables = (config) => [
  unless(config, 'scale', 'gamma'),
  unless(config, 'center', 'beta'),
];

/** The variables of each class of layer in the order in which Keras makes them. */
const variables: Readonly<Record<string, Variables>> = {
  Conv1D: kernel,
  Conv2D: kernel,
  Conv2DTranspose: kernel,
  Dense: kernel,
  DepthwiseConv2D: (config) => ['depthwise_kernel', unless(config, 'use_bias', 'bias')],
  SeparableConv2D: (config) => ['depthwise_kernel', 'pointwise_kernel', unless(config, 'use_bias', 'bias')],
  BatchNormalization: (config) => [...scaleAndOffset(config), 'moving_mean', 'moving_variance'],
  LayerNormalization: scaleAndOffset,
  PReLU: () => ['alpha'],
  Normalization: () => ['mean', 'variance', 'count'],
};

/** Names of a layer's variables in the order of the file; null when its class is not known. */
export function variablesOf({ className, config }: LayerSpec): string[] | null {
  const list = Object.hasOwn(variables, className) ? variables[className] : undefined;
  return list ? list(config).filter((name) => name !== false) : null;
}

/** `Conv2DTranspose` to `conv2d_transpose`, as Keras does. */
export function snakeCase(className: string): string {
  return className
    .replace(/\W+/g, '')
    .replace(/(.)([A-Z][a-z]+)/g, '$1_$2')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase();
}
