import * as tf from '@tensorflow/tfjs-core';
import type { GradConfig } from '@tensorflow/tfjs-core';
import { rank4 } from '../../ops/rank';
import { convFilterGradient } from './conv-filter';
import { convInputGradient } from './conv-input';
import { depthwiseFilterGradient, depthwiseInputGradient } from './depthwise';
import { rule, saved } from './rule';

type ConvAttributes = Pick<tf.Conv2DAttrs, 'strides' | 'pad' | 'dilations' | 'dimRoundingMode'>;

export const convRules: readonly GradConfig[] = [
  rule<ConvAttributes>(tf.Conv2D, {
    inputs: ['x', 'filter'],
    slopes: (dy, tensors, attributes) => {
      const [x, filter] = [rank4(saved(tensors, 0)), rank4(saved(tensors, 1))];
      const info = convInfo(x, filter, attributes, false);
      return {
        x: () => convInputGradient(rank4(dy), filter, info),
        filter: () => convFilterGradient(x, rank4(dy), info),
      };
    },
  }),
  rule<ConvAttributes>(tf.DepthwiseConv2dNative, {
    inputs: ['x', 'filter'],
    slopes: (dy, tensors, attributes) => {
      const [x, filter] = [rank4(saved(tensors, 0)), rank4(saved(tensors, 1))];
      const info = convInfo(x, filter, attributes, true);
      return {
        x: () => depthwiseInputGradient(rank4(dy), filter, info),
        filter: () => depthwiseFilterGradient(x, rank4(dy), info),
      };
    },
  }),
];

function convInfo(
  x: tf.Tensor4D,
  filter: tf.Tensor4D,
  { strides, pad, dilations, dimRoundingMode }: ConvAttributes,
  depthwise: boolean,
): tf.backend_util.Conv2DInfo {
  return tf.backend_util.computeConv2DInfo(
    x.shape,
    filter.shape,
    strides,
    dilations,
    pad,
    dimRoundingMode,
    depthwise,
  );
}
