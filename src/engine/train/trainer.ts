import * as tf from '@tensorflow/tfjs-core';
import type { Graph, Param, ValueId } from '../../graph/graph';
import { dropoutMask } from './dropout';
import { trainingPass } from './forward';
import { Random } from './random';
import type { BatchStatistics } from './batch-norm';

export interface TrainerOptions {
  /** Nesterov momentum, e.g. .9. */
  readonly momentum: number;
  /** L2 penalty's gradient factor on kernels. */
  readonly weightDecay: number;
  /** L1 penalty's gradient factor on batch-norm scales, which lets channels die out (network slimming). */
  readonly scaleSparsity: number;
  /** Share of the old value kept when running statistics take in a batch's, e.g. .9. */
  readonly statisticsMomentum: number;
  /** Probability that a channel of a value is dropped for a sample, by value. */
  readonly dropout?: ReadonlyMap<ValueId, number>;
  /** For the dropout. */
  readonly seed: number;
}

/** Trains a graph's weights by stochastic gradient descent with Nesterov momentum. Dispose after use. */
export class Trainer {
  readonly #graph: Graph;
  readonly #options: TrainerOptions;
  readonly #variables = new Map<ValueId, tf.Variable>();
  readonly #velocities = new Map<ValueId, tf.Variable>();
  readonly #random: Random;
  readonly #penalties: ReadonlyMap<ValueId, Penalty>;

  constructor(graph: Graph, options: TrainerOptions) {
    this.#graph = graph;
    this.#options = options;
    this.#random = new Random(options.seed);
    this.#penalties = findPenalties(graph);
    for (const param of graph.params.values()) {
      const trainable = param.role === 'weight';
      const value = tf.tensor(param.data, [...param.shape], 'float32');
      this.#variables.set(param.id, tf.variable(value, trainable));
      value.dispose();
      if (!trainable) continue;
      const zeros = tf.zeros([...param.shape]);
      this.#velocities.set(param.id, tf.variable(zeros, false));
      zeros.dispose();
    }
  }

  /**
   * One step on one batch.
   *
   * @param inputs by input name
   * @param loss a scalar from the outputs by name
   * @returns the batch's loss, a scalar tensor that the caller disposes
   */
  step(
    inputs: ReadonlyMap<string, tf.Tensor>,
    loss: (outputs: ReadonlyMap<string, tf.Tensor>) => tf.Scalar,
    learningRate: number,
  ): tf.Scalar {
    return tf.tidy(() => {
      const masks = this.#dropoutMasks(inputs);
      let statistics: ReadonlyMap<string, BatchStatistics> = new Map();
      const { value, grads } = tf.variableGrads(() => {
        const pass = trainingPass(this.#graph, inputs, this.#variables, masks);
        statistics = pass.statistics;
        // What the pass makes is disposed with it, but for the loss and what the gradients need.
        for (const batch of statistics.values()) {
          tf.keep(batch.mean);
          tf.keep(batch.variance);
        }
        return loss(pass.outputs);
      }, [...this.#trainable()]);
      this.#descend(grads, learningRate);
      this.#takeIn(statistics);
      return value;
    });
  }

  /** The graph with the weights and running statistics as they are now. */
  async snapshot(): Promise<Graph> {
    const params = new Map<ValueId, Param>();
    for (const param of this.#graph.params.values()) {
      const data = Float32Array.from(await this.#variable(param.id).data());
      params.set(param.id, { ...param, data });
    }
    return { ...this.#graph, params };
  }

  dispose(): void {
    tf.dispose([...this.#variables.values(), ...this.#velocities.values()]);
  }

  *#trainable(): Iterable<tf.Variable> {
    for (const id of this.#velocities.keys()) yield this.#variable(id);
  }

  #dropoutMasks(inputs: ReadonlyMap<string, tf.Tensor>): ReadonlyMap<ValueId, tf.Tensor> {
    const batchSize = [...inputs.values()][0]?.shape[0] ?? 1;
    const masks = new Map<ValueId, tf.Tensor>();
    for (const [id, rate] of this.#options.dropout ?? []) {
      const shape = this.#graph.values.get(id)?.shape ?? [];
      masks.set(id, dropoutMask([batchSize, ...shape.slice(1)], rate, this.#random));
    }
    return masks;
  }

  #descend(gradients: tf.NamedTensorMap, learningRate: number): void {
    const { momentum } = this.#options;
    for (const [id, velocity] of this.#velocities) {
      const variable = this.#variable(id);
      const gradient = gradients[variable.name];
      if (!gradient) continue;
      const slope = this.#penalised(id, variable, gradient);
      velocity.assign(tf.add(tf.mul(velocity, momentum), slope));
      const direction = tf.add(slope, tf.mul(velocity, momentum));
      variable.assign(tf.sub(variable, tf.mul(direction, learningRate)));
    }
  }

  #penalised(id: ValueId, weights: tf.Tensor, gradient: tf.Tensor): tf.Tensor {
    const { weightDecay, scaleSparsity } = this.#options;
    switch (this.#penalties.get(id)) {
      case 'decay':
        return tf.add(gradient, tf.mul(weights, weightDecay));
      case 'sparsity':
        return tf.add(gradient, tf.mul(tf.sign(weights), scaleSparsity));
      case undefined:
        return gradient;
    }
  }

  #takeIn(statistics: ReadonlyMap<string, BatchStatistics>): void {
    for (const node of this.#graph.nodes) {
      const batch = statistics.get(node.id);
      if (node.op !== 'batchNorm' || !batch) continue;
      this.#blend(this.#variable(node.inputs[3]), batch.mean);
      this.#blend(this.#variable(node.inputs[4]), batch.variance);
    }
  }

  #blend(running: tf.Variable, batch: tf.Tensor): void {
    const { statisticsMomentum } = this.#options;
    running.assign(tf.add(tf.mul(running, statisticsMomentum), tf.mul(batch, 1 - statisticsMomentum)));
    batch.dispose();
  }

  #variable(id: ValueId): tf.Variable {
    const variable = this.#variables.get(id);
    if (!variable) throw new Error(`${id} is not a param of the graph.`);
    return variable;
  }
}

type Penalty = 'decay' | 'sparsity';

function findPenalties(graph: Graph): ReadonlyMap<ValueId, Penalty> {
  const penalties = new Map<ValueId, Penalty>();
  for (const node of graph.nodes) {
    const param = node.inputs[1];
    if (param === undefined) continue;
    if (node.op === 'conv2d' || node.op === 'dense') penalties.set(param, 'decay');
    if (node.op === 'batchNorm') penalties.set(param, 'sparsity');
  }
  return penalties;
}
