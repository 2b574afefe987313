import * as tf from '@tensorflow/tfjs-core';
import type { BatchNormNode, Graph, GraphNode, ValueId } from '../../graph/graph';
import { runNode } from '../ops/run-node';
import { rank1, rank2 } from '../ops/rank';
import { trainingBatchNorm, type BatchStatistics } from './batch-norm';
import { addBias, trainingDense } from './dense';

export interface TrainingPass {
  /** By output name. */
  readonly outputs: ReadonlyMap<string, tf.Tensor>;
  /** The batch's statistics at each batch norm, by node id. */
  readonly statistics: ReadonlyMap<string, BatchStatistics>;
}

/**
 * Runs the graph as training needs it: differentiable in `params`, and with batch norms on the batch's own
 * statistics.
 *
 * @param inputs by input name
 * @param params a tensor for each of the graph's params
 * @param masks factors for the values they are named after, as dropout wants them
 */
export function trainingPass(
  graph: Graph,
  inputs: ReadonlyMap<string, tf.Tensor>,
  params: ReadonlyMap<ValueId, tf.Tensor>,
  masks: ReadonlyMap<ValueId, tf.Tensor> = new Map(),
): TrainingPass {
  const values = new Map<ValueId, tf.Tensor>(params);
  for (const input of graph.inputs) values.set(input.id, required(inputs, input.name));
  const batchSize = required(values, graph.inputs[0]?.id ?? '').shape[0];

  const statistics = new Map<string, BatchStatistics>();
  for (const node of graph.nodes) {
    const operands = node.inputs.map((id) => required(values, id));
    const shape = required(graph.values, node.output).shape.map((dim) => dim ?? batchSize);
    const { y, batch } =
      node.op === 'batchNorm'
        ? runBatchNorm(node, operands)
        : { y: runDifferentiable(node, operands, shape), batch: null };
    if (batch) statistics.set(node.id, batch);
    const mask = masks.get(node.output);
    values.set(node.output, mask ? tf.mul(y, mask) : y);
  }
  const outputs = new Map(graph.outputs.map(({ name, value }) => [name, required(values, value)]));
  return { outputs, statistics };
}

function runBatchNorm(
  node: BatchNormNode,
  [x, scale, offset]: readonly tf.Tensor[],
): { y: tf.Tensor; batch: BatchStatistics } {
  if (!x || !scale || !offset) throw new Error(`The batch norm ${node.source} lacks an input.`);
  const { y, ...batch } = trainingBatchNorm(x, rank1(scale), rank1(offset), node.epsilon);
  return { y, batch };
}

/** As `runNode`, with gradients that are fast on WASM where the stock ones are not. */
function runDifferentiable(
  node: GraphNode,
  operands: readonly tf.Tensor[],
  shape: readonly number[],
): tf.Tensor {
  const [x, kernel, bias] = operands;
  if (node.op === 'dense' && x?.rank === 2 && kernel) {
    const product = trainingDense(rank2(x), rank2(kernel));
    return bias ? addBias(product, rank1(bias)) : product;
  }
  if (node.op === 'conv2d' && bias) {
    return addBias(runNode(node, operands.slice(0, 2), shape), rank1(bias));
  }
  return runNode(node, operands, shape);
}

function required<K, V>(map: ReadonlyMap<K, V>, key: K): V {
  const found = map.get(key);
  if (found === undefined) throw new Error(`${String(key)} is missing.`);
  return found;
}
