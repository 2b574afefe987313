import { add, reshape, tidy, transpose } from '@tensorflow/tfjs-core';
import type { Tensor } from '@tensorflow/tfjs-core';
import type { GraphNode } from '../../graph/nodes';
import { unary } from './activations';
import { conv2d, convTranspose2d } from './conv';
import { binary, prelu, select } from './elementwise';
import { dense, matmul } from './linear';
import { batchNorm, normalize } from './normalise';
import { pool } from './pool';
import { logSoftmax, reduce, softmax } from './reduce';
import { argReduce, cumSum, topK } from './rank-along';
import { resample, resize } from './resize';
import { concat, expand, gather, pad, slice } from './shape';

/**
 * Runs one node on the current backend and returns a new tensor; everything it needs in between is disposed. Made
 * of plain differentiable operations, so training may call it as well.
 *
 * @param inputs the node's inputs in order, params included
 * @param outputShape the output's shape with the batch size filled in
 * @throws Error for an opaque node, which has no meaning here
 */
export function runNode(node: GraphNode, inputs: readonly Tensor[], outputShape: readonly number[]): Tensor {
  return tidy(() => {
    const result = evaluate(node, inputs, outputShape);
    return inputs.includes(result) ? result.clone() : result;
  });
}

function evaluate(node: GraphNode, inputs: readonly Tensor[], outputShape: readonly number[]): Tensor {
  const input = (index: number): Tensor => {
    const tensor = inputs[index];
    if (!tensor) throw new Error(`Node ${node.id} (${node.op}) lacks its input ${index}.`);
    return tensor;
  };
  const withBias = (result: Tensor) => (inputs.length > 2 ? add(result, input(2)) : result);
  const x = input(0);

  switch (node.op) {
    case 'conv2d':
      return withBias(conv2d(x, input(1), node));
    case 'convTranspose2d':
      return withBias(convTranspose2d(x, input(1), node));
    case 'dense':
      return withBias(dense(x, input(1)));
    case 'matmul':
      return matmul(x, input(1), node.transposeA, node.transposeB);
    case 'batchNorm':
      return batchNorm(x, input(1), input(2), input(3), input(4), node.epsilon);
    case 'normalize':
      return normalize(x, node.axes, node.epsilon);
    case 'binary':
      return binary(node.kind, x, input(1));
    case 'where':
      return select(x, input(1), input(2));
    case 'unary':
      return unary(node.fn, x);
    case 'prelu':
      return prelu(x, input(1));
    case 'softmax':
      return softmax(x, node.axis);
    case 'logSoftmax':
      return logSoftmax(x, node.axis);
    case 'pool':
      return pool(x, node, outputShape[1] ?? 1, outputShape[2] ?? 1);
    case 'reduce':
      return reduce(node.kind, x, node.axes, node.keepDims);
    case 'argReduce':
      return argReduce(x, node);
    case 'topK':
      return topK(x, node);
    case 'cumSum':
      return cumSum(x, node);
    case 'concat':
      return concat(inputs, node.axis);
    case 'slice':
      return slice(x, node.axis, node.start, node.count, node.step);
    case 'gather':
      return gather(x, node.axis, node.indices);
    case 'pad':
      return pad(x, node.mode, node.pads, node.value);
    case 'resize':
      return resize(x, node);
    case 'resample':
      return resample(x, node.axis, node.taps);
    case 'reshape':
      return reshape(x, [...outputShape]);
    case 'transpose':
      return transpose(x, [...node.perm]);
    case 'expand':
      return expand(x, outputShape);
    case 'identity':
      return x;
    case 'opaque':
      throw new Error(`The operator ${node.sourceOp} cannot be run: ${node.reason}`);
  }
}
