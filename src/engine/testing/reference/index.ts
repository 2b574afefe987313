import type { Graph, ValueId } from '../../../graph/graph';
import type { GraphNode } from '../../../graph/nodes';
import { at, atBroadcast, build, ndarray, replaced } from './array';
import type { NdArray } from './array';
import { concat, matmul, normalize, pad, reduce, softmax } from './axes';
import { argReduce, cumSum, topK } from './order';
import { BINARY, unary } from './scalar';
import { conv2d, convTranspose2d, pool, resize } from './windows';

export { ndarray } from './array';
export type { NdArray } from './array';

/** Runs one node in plain float64 loops: the independent witness of every other implementation. */
export function runReference(
  node: GraphNode,
  inputs: readonly NdArray[],
  outShape: readonly number[],
): NdArray {
  const input = (index: number): NdArray => {
    const found = inputs[index];
    if (!found) throw new Error(`${node.op} lacks input ${index}`);
    return found;
  };
  const x = input(0);
  const biased = (result: NdArray): NdArray =>
    inputs.length < 3 ? result : build(outShape, (index) => at(result, index) + atBroadcast(input(2), index));

  switch (node.op) {
    case 'conv2d':
      return biased(conv2d(node, x, input(1), outShape));
    case 'convTranspose2d':
      return biased(convTranspose2d(node, x, input(1), outShape));
    case 'dense':
      return biased(matmul(x, input(1), false, false, outShape));
    case 'matmul':
      return matmul(x, input(1), node.transposeA, node.transposeB, outShape);
    case 'batchNorm':
      return build(outShape, (index) => {
        const [scale = 1, offset = 0, mean = 0, variance = 1] = inputs
          .slice(1)
          .map((param) => atBroadcast(param, index));
        return ((at(x, index) - mean) / Math.sqrt(variance + node.epsilon)) * scale + offset;
      });
    case 'normalize':
      return normalize(x, node.axes, node.epsilon);
    case 'binary':
      return build(outShape, (index) =>
        BINARY[node.kind](atBroadcast(x, index), atBroadcast(input(1), index)),
      );
    case 'where':
      return build(outShape, (index) =>
        atBroadcast(atBroadcast(x, index) !== 0 ? input(1) : input(2), index),
      );
    case 'unary':
      return build(outShape, (index) => unary(node.fn, at(x, index)));
    case 'prelu':
      return build(outShape, (index) => {
        const value = at(x, index);
        return value >= 0 ? value : value * atBroadcast(input(1), index);
      });
    case 'softmax':
    case 'logSoftmax':
      return softmax(x, node.axis, node.op === 'logSoftmax');
    case 'pool':
      return pool(node, x, outShape);
    case 'reduce':
      return reduce(node, x);
    case 'argReduce':
      return argReduce(node, x);
    case 'topK':
      return topK(node, x, outShape);
    case 'cumSum':
      return cumSum(node, x);
    case 'resample':
      return build(outShape, (index) =>
        (node.taps[index[node.axis] ?? 0] ?? []).reduce(
          (sum, tap) => sum + tap.weight * at(x, replaced(index, node.axis, tap.index)),
          0,
        ),
      );
    case 'concat':
      return concat(inputs, node.axis, outShape);
    case 'slice':
      return build(outShape, (index) =>
        at(x, replaced(index, node.axis, node.start + (index[node.axis] ?? 0) * node.step)),
      );
    case 'gather':
      return build(outShape, (index) =>
        at(x, replaced(index, node.axis, node.indices[index[node.axis] ?? 0] ?? -1)),
      );
    case 'pad':
      return pad(node, x, outShape);
    case 'resize':
      return resize(node, x, outShape);
    case 'reshape':
      return { shape: outShape, data: x.data };
    case 'transpose':
      return build(outShape, (index) =>
        at(
          x,
          x.shape.map((_, axis) => index[node.perm.indexOf(axis)] ?? 0),
        ),
      );
    case 'expand':
      return build(outShape, (index) => atBroadcast(x, index));
    case 'identity':
      return x;
    case 'opaque':
      throw new Error(`${node.sourceOp} cannot be run`);
  }
}

/** Every value of a graph, computed by {@link runReference}. Feeds are by input value id. */
export function referenceValues(
  graph: Graph,
  feeds: ReadonlyMap<ValueId, NdArray>,
): ReadonlyMap<ValueId, NdArray> {
  const values = new Map(feeds);
  for (const param of graph.params.values()) values.set(param.id, ndarray(param.shape, param.data));
  const batch = graph.inputs.map((input) => feeds.get(input.id)?.shape[0]).find((size) => size !== undefined);
  for (const node of graph.nodes) {
    const inputs = node.inputs.map((id) => {
      const found = values.get(id);
      if (!found) throw new Error(`no value ${id}`);
      return found;
    });
    const shape = (graph.values.get(node.output)?.shape ?? []).map((dim) => dim ?? batch ?? 1);
    values.set(node.output, runReference(node, inputs, shape));
  }
  return values;
}
