import * as tf from '@tensorflow/tfjs-core';
import { rank4 } from '../../ops/rank';
import { conv2dBackpropFilter } from './conv2d-backprop-filter';
import { conv2dBackpropInput } from './conv2d-backprop-input';
import { depthwiseBackpropFilter, depthwiseBackpropInput } from './depthwise-backprop';
import { unsortedSegmentSum } from './unsorted-segment-sum';

/**
 * Supplies the gradient kernels that tfjs-backend-wasm lacks, and replaces its slow convolution gradient, so that
 * `tf.grad` and the trainer work there. May be called more than once. The gradients themselves come with
 * `@tensorflow/tfjs` or, in a bundle, `@tensorflow/tfjs-core/dist/register_all_gradients`.
 */
export function registerTrainingKernels(backendName = 'wasm'): void {
  const registered = new Set(tf.getKernelsForBackend(backendName).map((kernel) => kernel.kernelName));
  for (const [kernelName, kernelFunc] of kernels) {
    if (registered.has(kernelName)) tf.unregisterKernel(kernelName, backendName);
    tf.registerKernel({ kernelName, backendName, kernelFunc });
  }
}

const kernels: readonly (readonly [string, tf.KernelFunc])[] = [
  [
    tf.Conv2DBackpropFilter,
    ({ inputs, attrs }) => {
      const x = operand4D(inputs, 'x');
      const info = convInfo(attrs, x.shape, shapeAttribute(attrs, 'filterShape'), false);
      return conv2dBackpropFilter(x, operand4D(inputs, 'dy'), info);
    },
  ],
  [
    tf.Conv2DBackpropInput,
    ({ inputs, attrs }) => {
      const filter = operand4D(inputs, 'filter');
      const info = convInfo(attrs, shapeAttribute(attrs, 'inputShape'), filter.shape, false);
      return conv2dBackpropInput(operand4D(inputs, 'dy'), filter, info);
    },
  ],
  [
    tf.DepthwiseConv2dNativeBackpropFilter,
    ({ inputs, attrs }) => {
      const x = operand4D(inputs, 'x');
      const info = convInfo(attrs, x.shape, shapeAttribute(attrs, 'filterShape'), true);
      return depthwiseBackpropFilter(x, operand4D(inputs, 'dy'), info);
    },
  ],
  [
    tf.DepthwiseConv2dNativeBackpropInput,
    ({ inputs, attrs }) => {
      const filter = operand4D(inputs, 'filter');
      const info = convInfo(attrs, shapeAttribute(attrs, 'inputShape'), filter.shape, true);
      return depthwiseBackpropInput(operand4D(inputs, 'dy'), filter, info);
    },
  ],
  [
    tf.UnsortedSegmentSum,
    ({ inputs, attrs }) =>
      unsortedSegmentSum(operand(inputs, 'x'), operand(inputs, 'segmentIds'), Number(attrs?.['numSegments'])),
  ],
];

type Shape4D = [number, number, number, number];

/** tfjs types a kernel's inputs as bare infos, but the engine hands over tensors. */
function operand(inputs: tf.NamedTensorInfoMap, name: string): tf.Tensor {
  const info: unknown = inputs[name];
  if (info instanceof tf.Tensor) return info as tf.Tensor;
  throw new Error(`The gradient kernel expected the tensor ${name}.`);
}

function operand4D(inputs: tf.NamedTensorInfoMap, name: string): tf.Tensor4D {
  return rank4(operand(inputs, name));
}

function shapeAttribute(attrs: tf.NamedAttrMap | undefined, name: string): Shape4D {
  // tfjs' own gradient functions set this attribute to the shape of a rank 4 tensor.
  return attrs?.[name] as unknown as Shape4D;
}

function convInfo(
  attrs: tf.NamedAttrMap | undefined,
  inputShape: Shape4D,
  filterShape: Shape4D,
  depthwise: boolean,
): tf.backend_util.Conv2DInfo {
  // The attributes that all four convolution gradients share.
  const { strides, pad, dimRoundingMode } = attrs as unknown as Pick<
    tf.Conv2DBackpropFilterAttrs,
    'strides' | 'pad' | 'dimRoundingMode'
  >;
  return tf.backend_util.computeConv2DInfo(
    inputShape,
    filterShape,
    strides,
    1,
    pad,
    dimRoundingMode,
    depthwise,
  );
}
