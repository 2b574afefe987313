import * as tf from '@tensorflow/tfjs';

const { layers } = tf;
type Symbolic = tf.SymbolicTensor;

const apply = (layer: tf.layers.Layer, input: Symbolic | Symbolic[]) => layer.apply(input) as Symbolic;

function chain(input: Symbolic, ...steps: readonly tf.layers.Layer[]): Symbolic {
  return steps.reduce((value, step) => apply(step, value), input);
}

const conv = (filters: number, more: Partial<Parameters<typeof layers.conv2d>[0]> = {}) =>
  layers.conv2d({ filters, kernelSize: 3, padding: 'same', ...more });

/** A plain chain: convolutions, pools, batch norm, flatten and dense. */
export function plain(): tf.LayersModel {
  return tf.sequential({
    layers: [
      layers.conv2d({
        filters: 6,
        kernelSize: 3,
        inputShape: [12, 10, 2],
        padding: 'same',
        activation: 'relu',
        name: 'stem',
      }),
      layers.maxPooling2d({ poolSize: 3, strides: 2, padding: 'same' }),
      conv(8, { strides: 2, padding: 'valid', useBias: false, name: 'second' }),
      layers.batchNormalization({ name: 'norm' }),
      layers.activation({ activation: 'tanh' }),
      layers.averagePooling2d({ poolSize: 2, strides: 1, padding: 'same' }),
      layers.flatten(),
      layers.dropout({ rate: 0.5 }),
      layers.dense({ units: 7, activation: 'swish', name: 'hidden' }),
      layers.dense({ units: 3, activation: 'softmax', name: 'class' }),
    ],
  });
}

/** Residual adds, batch norm without scale or offset, concat, and two outputs. */
export function residual(): tf.LayersModel {
  const input = tf.input({ shape: [8, 8, 3], name: 'image' });
  const stem = chain(
    input,
    conv(6, { name: 'stem' }),
    layers.batchNormalization({ scale: false, name: 'bn0' }),
    layers.reLU(),
  );
  const branch = chain(
    stem,
    conv(5, { name: 'a', dilationRate: 2 }),
    layers.batchNormalization({ center: false, name: 'bn1' }),
    layers.leakyReLU({ alpha: 0.2 }),
    conv(6, { name: 'b', activation: 'elu' }),
  );
  const sum = apply(layers.add(), [stem, branch]);
  const side = chain(sum, conv(4, { name: 'side', activation: 'hardSigmoid' }));
  const both = apply(layers.concatenate(), [sum, side]);
  const trunk = chain(both, conv(9, { name: 'trunk', activation: 'selu' }));
  const left = chain(trunk, layers.globalAveragePooling2d({}), layers.dense({ units: 4, name: 'left' }));
  const right = chain(
    trunk,
    layers.globalMaxPooling2d({}),
    layers.dense({ units: 2, name: 'right', activation: 'sigmoid' }),
  );
  return tf.model({ inputs: input, outputs: [left, right] });
}

/** Inverted residuals with depthwise and separable convolutions and a squeeze-and-excitation gate. */
export function mobile(): tf.LayersModel {
  const input = tf.input({ shape: [9, 9, 3] });
  const wide = chain(
    input,
    layers.zeroPadding2d({
      padding: [
        [0, 1],
        [1, 0],
      ],
    }),
    conv(8, { name: 'expand', padding: 'valid', strides: 2 }),
    layers.reLU({ maxValue: 6 }),
    layers.depthwiseConv2d({ kernelSize: 3, padding: 'same', name: 'dw', activation: 'relu' }),
  );
  const gate = chain(
    wide,
    layers.globalAveragePooling2d({}),
    layers.dense({ units: 3, activation: 'relu', name: 'squeeze' }),
    layers.dense({ units: 8, activation: 'sigmoid', name: 'excite' }),
    layers.reshape({ targetShape: [1, 1, 8], name: 'gate' }),
  );
  const gated = apply(layers.multiply(), [wide, gate]);
  const output = chain(
    gated,
    layers.separableConv2d({
      filters: 5,
      kernelSize: 3,
      padding: 'same',
      name: 'separable',
      activation: 'softplus',
    }),
    layers.gaussianNoise({ stddev: 1 }),
    layers.reshape({ targetShape: [-1, 5], name: 'rows' }),
    layers.dense({ units: 2, name: 'head' }),
  );
  return tf.model({ inputs: input, outputs: output });
}

/** Transposed convolutions, upsampling, cropping, PReLU and the other merges, to a map. */
export function decoder(): tf.LayersModel {
  const input = tf.input({ shape: [6, 5, 3] });
  const small = chain(
    input,
    conv(6, { name: 'encode', strides: 2 }),
    layers.prelu({ sharedAxes: [1, 2], name: 'prelu' }),
  );
  const up = chain(
    small,
    layers.conv2dTranspose({ filters: 5, kernelSize: 3, strides: 2, padding: 'same', name: 'up1' }),
    layers.prelu({ name: 'slopes' }),
    layers.thresholdedReLU({ theta: 0.1 }),
  );
  const nearest = chain(
    small,
    layers.upSampling2d({ size: [2, 2] }),
    conv(5, { name: 'near', kernelSize: 1 }),
  );
  const linear = chain(
    small,
    layers.upSampling2d({ size: [2, 2], interpolation: 'bilinear' }),
    conv(5, { name: 'soft', kernelSize: 1 }),
  );
  const merged = apply(layers.average(), [
    apply(layers.maximum(), [up, nearest, linear]),
    apply(layers.minimum(), [up, nearest]),
    linear,
  ]);
  const output = chain(
    merged,
    layers.cropping2D({
      cropping: [
        [1, 0],
        [1, 2],
      ],
    }),
    layers.conv2dTranspose({
      filters: 4,
      kernelSize: 2,
      strides: 3,
      padding: 'valid',
      name: 'up2',
      activation: 'relu',
    }),
    layers.layerNormalization({ name: 'ln' }),
    conv(2, { name: 'map' }),
  );
  return tf.model({ inputs: input, outputs: output });
}

/** A layer used twice, a model within the model, permuted and repeated axes, and a merge of unlike ranks. */
export function nested(): tf.LayersModel {
  const inner = tf.sequential({
    name: 'inner',
    layers: [
      conv(5, { name: 'inner_a', inputShape: [6, 4, 7], activation: 'relu' }),
      conv(7, { name: 'inner_b' }),
    ],
  });
  const shared = conv(7, { name: 'shared', activation: 'softsign' });
  const input = tf.input({ shape: [6, 4, 3] });
  const stem = chain(input, conv(7, { name: 'stem' }));
  const once = apply(shared, stem);
  const twice = chain(once, inner, shared);
  const sum = apply(layers.add(), [once, twice]);
  const pooled = chain(sum, layers.globalAveragePooling2d({}));
  const merged = apply(layers.add(), [sum, pooled]);
  const rows = chain(
    merged,
    layers.permute({ dims: [2, 1, 3] }),
    layers.flatten(),
    layers.dense({ units: 3, name: 'head' }),
  );
  const output = chain(rows, layers.repeatVector({ n: 2 }), layers.softmax({ axis: -1, name: 'out' }));
  return tf.model({ inputs: input, outputs: output });
}

/** Sequences: one-dimensional convolutions and pools. */
export function sequence(): tf.LayersModel {
  return tf.sequential({
    layers: [
      layers.conv1d({
        filters: 6,
        kernelSize: 3,
        inputShape: [16, 2],
        padding: 'same',
        activation: 'relu',
        name: 'a',
      }),
      layers.maxPooling1d({ poolSize: 2 }),
      layers.conv1d({ filters: 5, kernelSize: 2, dilationRate: 2, name: 'b' }),
      layers.averagePooling1d({ poolSize: 3, strides: 2, padding: 'same' }),
      layers.globalAveragePooling1d({}),
      layers.dense({ units: 2, name: 'head' }),
    ],
  });
}

/** Two filters a channel in a depthwise convolution: they go together. */
export function multiplied(): tf.LayersModel {
  return tf.sequential({
    layers: [
      conv(4, { name: 'stem', inputShape: [6, 6, 2] }),
      layers.depthwiseConv2d({ kernelSize: 3, depthMultiplier: 2, name: 'dw', activation: 'relu' }),
      conv(5, { name: 'next' }),
      layers.flatten(),
      layers.dense({ units: 2, name: 'head' }),
    ],
  });
}

/** A functional model as the first layer of a Sequential, as in transfer learning. */
export function headed(): tf.LayersModel {
  const input = tf.input({ shape: [6, 6, 3], name: 'photo' });
  const features = chain(input, conv(6, { name: 'low', activation: 'relu' }), conv(5, { name: 'high' }));
  const base = tf.model({ inputs: input, outputs: features, name: 'base' });
  return tf.sequential({ layers: [base, layers.flatten(), layers.dense({ units: 3, name: 'head' })] });
}
