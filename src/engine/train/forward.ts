import * as tf from '@tensorflow/tfjs-core';
import type { Graph, ValueId } from '../../graph/graph';
import type { BatchNormNode, GraphNode } from '../../graph/nodes';
import { assertBindable } from '../device-limits';
import { interpret } from '../interpret';
import { rank1 } from '../ops/rank';
import { runNode } from '../ops/run-node';
import { trainingBatchNorm, type BatchStatistics } from './batch-norm';

export interface TrainingPass {
  /** In the order asked for. */
  readonly values: readonly tf.Tensor[];
  /** The batch's statistics at each batch norm that was run, by node. */
  readonly statistics: ReadonlyMap<BatchNormNode, BatchStatistics>;
}

export interface TrainingPassOptions {
  readonly wanted: readonly ValueId[];
  readonly param: (id: ValueId) => tf.Tensor;
  /** Factors for the values they are named after, as dropout wants them. */
  readonly masks: ReadonlyMap<ValueId, tf.Tensor>;
  /** Batch norms on their running statistics, as if not trained. */
  readonly frozenStatistics: boolean;
}

/**
 * Runs the graph as training needs it: differentiable in its params, and with batch norms on the batch's own
 * statistics. To be called within a gradient function or `tidy`.
 *
 * @param feeds a tensor for each graph input, by value id
 */
export function trainingPass(
  graph: Graph,
  feeds: ReadonlyMap<ValueId, tf.Tensor>,
  { wanted, param, masks, frozenStatistics }: TrainingPassOptions,
): TrainingPass {
  const statistics = new Map<BatchNormNode, BatchStatistics>();
  const evaluate = (node: GraphNode, inputs: readonly tf.Tensor[], shape: readonly number[]): tf.Tensor => {
    const [x, scale, offset] = inputs;
    if (node.op !== 'batchNorm' || frozenStatistics || !x || !scale || !offset)
      return runNode(node, inputs, shape);
    const { y, ...batch } = trainingBatchNorm(x, rank1(scale), rank1(offset), node.epsilon);
    statistics.set(node, batch);
    return y;
  };
  const values = interpret(graph, feeds, wanted, {
    param: ({ id }) => param(id),
    node: (node, inputs, shape) => {
      const y = evaluate(node, inputs, shape);
      assertBindable(y, `The value ${node.output}`);
      const mask = masks.get(node.output);
      return mask ? tf.mul(y, mask) : y;
    },
  });
  return { values, statistics };
}
