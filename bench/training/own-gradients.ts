import '@tensorflow/tfjs';
import * as tf from '@tensorflow/tfjs-core';
import { rank4 } from '../../src/engine/ops/rank';
import { convFilterGradient } from '../../src/engine/train/gradients/conv-filter';
import { depthwiseFilterGradient, depthwiseInputGradient } from '../../src/engine/train/gradients/depthwise';

/** tfjs' gradients, as it registered them when it was loaded. */
const own = [
  tf.Add,
  tf.AvgPool,
  tf.BatchMatMul,
  tf.Conv2D,
  tf.DepthwiseConv2dNative,
  tf.Identity,
  tf.MaxPool,
  tf.Mean,
  tf.Multiply,
  tf.Relu,
  tf.Relu6,
  tf.Reshape,
  tf.Sub,
  tf.Sum,
].map((name) => tf.getGradient(name));

/** Makes tfjs' own gradients current again; kernels that its WASM backend lacks are ours. */
export function useOwnGradients(): void {
  for (const gradient of own) tf.registerGradient(gradient);
  const has = new Set(tf.getKernelsForBackend('wasm').map(({ kernelName }) => kernelName));
  for (const [kernelName, kernelFunc] of missing)
    if (!has.has(kernelName)) tf.registerKernel({ kernelName, backendName: 'wasm', kernelFunc });
}

const missing: readonly (readonly [string, tf.KernelFunc])[] = [
  [
    tf.Conv2DBackpropFilter,
    ({ inputs, attrs }) => {
      const [x, dy] = [operand(inputs, 'x'), operand(inputs, 'dy')];
      return convFilterGradient(x, dy, info(attrs, x.shape, shapeOf(attrs, 'filterShape'), false));
    },
  ],
  [
    tf.DepthwiseConv2dNativeBackpropFilter,
    ({ inputs, attrs }) => {
      const [x, dy] = [operand(inputs, 'x'), operand(inputs, 'dy')];
      return depthwiseFilterGradient(x, dy, info(attrs, x.shape, shapeOf(attrs, 'filterShape'), true));
    },
  ],
  [
    tf.DepthwiseConv2dNativeBackpropInput,
    ({ inputs, attrs }) => {
      const [dy, filter] = [operand(inputs, 'dy'), operand(inputs, 'filter')];
      return depthwiseInputGradient(
        dy,
        filter,
        info(attrs, shapeOf(attrs, 'inputShape'), filter.shape, true),
      );
    },
  ],
];

type Shape4D = [number, number, number, number];

function operand(inputs: tf.NamedTensorInfoMap, name: string): tf.Tensor4D {
  const found: unknown = inputs[name];
  if (found instanceof tf.Tensor) return rank4(found as tf.Tensor);
  throw new Error(`The gradient kernel expected the tensor ${name}.`);
}

/** tfjs' own gradient functions set this attribute to the shape of a tensor of rank 4. */
const shapeOf = (attrs: tf.NamedAttrMap | undefined, name: string): Shape4D =>
  attrs?.[name] as unknown as Shape4D;

function info(
  attrs: tf.NamedAttrMap | undefined,
  input: Shape4D,
  filter: Shape4D,
  depthwise: boolean,
): tf.backend_util.Conv2DInfo {
  // What all convolution gradients' attributes share.
  const { strides, pad, dimRoundingMode } = attrs as unknown as tf.Conv2DBackpropFilterAttrs;
  return tf.backend_util.computeConv2DInfo(input, filter, strides, 1, pad, dimRoundingMode, depthwise);
}
