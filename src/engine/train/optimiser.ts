import * as tf from '@tensorflow/tfjs-core';
import type { Param, ValueId } from '../../graph/graph';
import { TensorBank } from './tensor-bank';

export type OptimiserSpec =
  | {
      readonly kind: 'sgd';
      /** Of Nesterov's kind, e.g. .9; 0 for none. */
      readonly momentum: number;
    }
  | {
      readonly kind: 'adamw';
      /** Share of the old mean of gradients kept at each step, .9 by default. */
      readonly beta1?: number;
      /** Share of the old mean of squared gradients kept, .999 by default. */
      readonly beta2?: number;
      /** Added to the root of that mean, 1e−8 by default. */
      readonly epsilon?: number;
    };

export interface Slope {
  readonly id: ValueId;
  readonly variable: tf.Variable;
  /** Of the mean loss, all else that is to be added to it included. */
  readonly gradient: tf.Tensor;
  /** L2 penalty's gradient factor: 0 where weights do not decay. */
  readonly decay: number;
}

/** Moves weights down their slopes. What it remembers of earlier steps is in `memory`. */
export interface Optimiser {
  readonly memory: Readonly<Record<string, TensorBank>>;
  /** @param step counted from 1 */
  move(slopes: readonly Slope[], learningRate: number, step: number): void;
}

type Params = readonly (readonly [ValueId, Param])[];

export function createOptimiser(spec: OptimiserSpec, trained: Params): Optimiser {
  switch (spec.kind) {
    case 'sgd':
      return nesterov(spec.momentum, trained);
    case 'adamw':
      return adamW(spec, trained);
  }
}

/** Sutskever et al. 2013 in PyTorch's form: v ← μv + g, w ← w − η(g + μv), weight decay being part of g. */
function nesterov(momentum: number, trained: Params): Optimiser {
  const velocities = TensorBank.zeros(trained);
  const move = ({ id, variable, gradient, decay }: Slope, learningRate: number) => {
    const slope = decay === 0 ? gradient : tf.add(gradient, tf.mul(variable, decay));
    const velocity = velocities.get(id);
    velocity.assign(tf.add(tf.mul(velocity, momentum), slope));
    const direction = tf.add(slope, tf.mul(velocity, momentum));
    variable.assign(tf.sub(variable, tf.mul(direction, learningRate)));
  };
  return {
    memory: { velocities },
    move: (slopes, learningRate) => slopes.forEach((slope) => tf.tidy(() => move(slope, learningRate))),
  };
}

/** Loshchilov & Hutter 2019, algorithm 2: Adam with weight decay apart from the gradient. */
function adamW(spec: Extract<OptimiserSpec, { kind: 'adamw' }>, trained: Params): Optimiser {
  const { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8 } = spec;
  const means = TensorBank.zeros(trained);
  const squares = TensorBank.zeros(trained);
  const move = ({ id, variable, gradient, decay }: Slope, learningRate: number, step: number) => {
    const mean = means.get(id);
    const square = squares.get(id);
    mean.assign(tf.add(tf.mul(mean, beta1), tf.mul(gradient, 1 - beta1)));
    square.assign(tf.add(tf.mul(square, beta2), tf.mul(tf.square(gradient), 1 - beta2)));
    const root = tf.add(tf.sqrt(tf.mul(square, 1 / (1 - beta2 ** step))), epsilon);
    const move = tf.mul(tf.div(mean, root), learningRate / (1 - beta1 ** step));
    variable.assign(tf.sub(tf.mul(variable, 1 - learningRate * decay), move));
  };
  return {
    memory: { means, squares },
    move: (slopes, learningRate, step) =>
      slopes.forEach((slope) => tf.tidy(() => move(slope, learningRate, step))),
  };
}
