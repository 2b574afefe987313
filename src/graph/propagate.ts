import type { Graph } from './graph';
import type { ArgReduceNode, GraphNode, ReduceNode } from './nodes';
import { Propagation, type Carried } from './propagation';
import { batchNorm, broadcasting, concat, expand } from './rules/elementwise';
import { conv2d, convTranspose2d, dense } from './rules/kernels';
import { matmul } from './rules/matmul';
import { reshape } from './rules/reshape';
import { gather, pad, slice } from './rules/select';

/** Pushes channel labels through the whole graph; what reaches an output is frozen. */
export function propagate(graph: Graph): Propagation {
  const propagation = new Propagation(graph);
  for (const node of graph.nodes) propagation.finish(node, carriedBy(propagation, node));
  for (const output of graph.outputs) propagation.freeze(output.value, `reaches the output "${output.name}"`);
  return propagation;
}

function carriedBy(p: Propagation, node: GraphNode): Carried {
  switch (node.op) {
    case 'conv2d':
      return conv2d(p, node);
    case 'convTranspose2d':
      return convTranspose2d(p, node);
    case 'dense':
      return dense(p, node);
    case 'matmul':
      return matmul(p, node);
    case 'batchNorm':
      return batchNorm(p, node);
    case 'binary':
    case 'prelu':
    case 'where':
      return broadcasting(p, node);
    case 'concat':
      return concat(p, node);
    case 'expand':
      return expand(p, node);
    case 'slice':
      return slice(p, node);
    case 'gather':
      return gather(p, node);
    case 'pad':
      return pad(p, node);
    case 'reshape':
      return reshape(p, node);
    case 'unary':
    case 'identity':
      return p.carried(node.inputs[0]);
    case 'transpose':
      return moved(p.carried(node.inputs[0]), (axis) => node.perm.indexOf(axis));
    case 'pool':
    case 'resize':
      return unlessOver(p, node, [1, 2]);
    case 'normalize':
      return unlessOver(p, node, node.axes);
    case 'softmax':
    case 'logSoftmax':
    case 'topK':
    case 'cumSum':
    case 'resample':
      return unlessOver(p, node, [node.axis]);
    case 'reduce':
      return reduced(p, node, node.axes);
    case 'argReduce':
      return reduced(p, node, [node.axis]);
    case 'opaque': {
      const reason = `read by ${node.sourceOp}, which the studio does not execute`;
      for (const id of node.inputs) p.freeze(id, reason);
      return {
        axis: null,
        reason: `tied to the result of ${node.sourceOp}, which the studio does not execute`,
      };
    }
  }
}

/** Passes the channels on unless they lie along an axis that the operator mixes. */
function unlessOver(p: Propagation, node: GraphNode, axes: readonly number[]): Carried {
  const [x = ''] = node.inputs;
  const carried = p.carried(x);
  if (carried.axis === null || !axes.includes(carried.axis)) return carried;
  return p.freeze(x, `mixed with each other by the ${node.op} "${node.source}"`);
}

function reduced(p: Propagation, node: ReduceNode | ArgReduceNode, axes: readonly number[]): Carried {
  const carried = unlessOver(p, node, axes);
  if (node.keepDims) return carried;
  return moved(carried, (axis) => axis - axes.filter((gone) => gone < axis).length);
}

function moved(carried: Carried, to: (axis: number) => number): Carried {
  return carried.axis === null ? carried : { axis: to(carried.axis), labels: carried.labels };
}
