import { Random } from '../util/random';
import { editableParams } from '../graph/editable';
import type { Graph, Param, ValueId } from '../graph/graph';
import { isKernelNode } from '../graph/nodes';
import { kernelAxes } from '../graph/rules/kernels';

/**
 * The same architecture with new weights, the control of Liu et al. 2019 (arXiv 1810.05270): kernels by He et al.
 * 2015 (normal, variance 2 / fan-in), biases and batch norms as if untrained. Weights of other operators stay.
 */
export function reinitialised(graph: Graph, seed: number): Graph {
  const random = new Random(seed);
  const editable = editableParams(graph);
  const params = new Map(graph.params);
  const fill = (id: ValueId | undefined, value: (param: Param) => () => number) => {
    const param = editable.get(id ?? '');
    if (!param) return;
    const next = value(param);
    params.set(param.id, { ...param, data: param.data.map(() => next()) });
  };
  const constant = (value: number) => () => () => value;
  for (const node of graph.nodes) {
    if (isKernelNode(node)) {
      fill(node.inputs[1], ({ data, shape }) => {
        const deviation = Math.sqrt((2 * (shape[kernelAxes(node).output] ?? 1)) / data.length);
        return () => random.normal() * deviation;
      });
      fill(node.inputs[2], constant(0));
    }
    if (node.op === 'batchNorm') {
      const [, scale, offset, mean, variance] = node.inputs;
      fill(scale, constant(1));
      fill(offset, constant(0));
      fill(mean, constant(0));
      fill(variance, constant(1));
    }
  }
  return { ...graph, params };
}
