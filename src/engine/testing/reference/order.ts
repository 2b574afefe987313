import type { ArgReduceNode, CumSumNode, TopKNode } from '../../../graph/nodes';
import { at, build, range, replaced } from './array';
import type { NdArray } from './array';

/** The values along one axis through `index`. */
function along(x: NdArray, index: readonly number[], axis: number): number[] {
  return range(x.shape[axis] ?? 1).map((position) => at(x, replaced(index, axis, position)));
}

export function argReduce(node: ArgReduceNode, x: NdArray): NdArray {
  const keptShape = x.shape.map((dim, axis) => (axis === node.axis ? 1 : dim));
  const found = build(keptShape, (index) => {
    const values = along(x, index, node.axis);
    const extreme = node.kind === 'max' ? Math.max(...values) : Math.min(...values);
    return node.selectLast ? values.lastIndexOf(extreme) : values.indexOf(extreme);
  });
  return node.keepDims ? found : { ...found, shape: x.shape.filter((_, axis) => axis !== node.axis) };
}

export function topK(node: TopKNode, x: NdArray, outShape: readonly number[]): NdArray {
  return build(outShape, (index) => {
    const values = along(x, index, node.axis);
    const order = range(values.length).sort((a, b) => {
      const difference = (values[b] ?? 0) - (values[a] ?? 0);
      return (node.largest ? difference : -difference) || a - b;
    });
    const position = order[index[node.axis] ?? 0] ?? -1;
    return node.result === 'indices' ? position : (values[position] ?? NaN);
  });
}

export function cumSum(node: CumSumNode, x: NdArray): NdArray {
  return build(x.shape, (index) => {
    const here = index[node.axis] ?? 0;
    const counts = (position: number) =>
      position === here ? !node.exclusive : node.reverse ? position > here : position < here;
    return along(x, index, node.axis).reduce(
      (sum, value, position) => (counts(position) ? sum + value : sum),
      0,
    );
  });
}
