import * as tf from '@tensorflow/tfjs-core';
import type { DeviceLoss } from '../device-loss';

/** Keeps the root's slope finite, and 0 where there is no error. */
const smallestSquare = 1e-30;

/** The root of a loss, which has no slope where it is 0. */
export const rootOf = ({ against, losses }: DeviceLoss): DeviceLoss => ({
  against,
  losses: (outputs, compared) => tf.sqrt(tf.maximum(losses(outputs, compared), smallestSquare)),
});
