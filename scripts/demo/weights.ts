import { readFileSync } from 'node:fs';
import { writeNpz } from '../../src/calibration/write-npz';
import { readNpz } from '../../src/calibration/npz';
import type { Graph, Param } from '../../src/graph/graph';
import { isKernelNode } from '../../src/graph/nodes';
import { kernelAxes } from '../../src/graph/rules/kernels';

/** The graph's params as a `.npz`, by name. */
export function weightsFile(graph: Graph): Uint8Array {
  return writeNpz(
    [...graph.params.values()].map(({ name, shape, data }) => ({ name, dtype: 'float32', shape, data })),
  );
}

/** The network with the weights of a file that `weightsFile` made; the file may hold more. */
export function withWeights(network: Graph, path: string): Graph {
  const arrays = new Map(readNpz(readFileSync(path), path).map((array) => [array.name, array]));
  const params = [...network.params.values()].map((param) => {
    const data = arrays.get(param.name)?.data;
    if (!(data instanceof Float32Array) || data.length !== param.data.length)
      throw new Error(`${path} does not hold ${param.name} of shape ${param.shape.join('×')}.`);
    return [param.id, { ...param, data }] as const;
  });
  return { ...network, params: new Map(params) };
}

/**
 * A wider network that computes what the narrower one of the file does: old channels keep their weights, new ones have
 * the network's own, and no old channel reads a new one yet (as in Net2Net, Chen et al. 2016, but with new filters).
 * New channels must come last.
 */
export function grownFrom(network: Graph, path: string): Graph {
  const arrays = new Map(readNpz(readFileSync(path), path).map((array) => [array.name, array]));
  const axes = new Map(
    network.nodes.filter(isKernelNode).map((node) => [node.inputs[1] ?? '', kernelAxes(node)]),
  );
  const grow = (param: Param): Param => {
    const old = arrays.get(param.name);
    if (!old) throw new Error(`${path} does not hold ${param.name}.`);
    const kernel = axes.get(param.id);
    const data = param.data.map((own, flat) => {
      const index = unravel(flat, param.shape);
      if (index.every((at, axis) => at < (old.shape[axis] ?? 0)))
        return old.data[ravel(index, old.shape)] ?? 0;
      const feedsOld = kernel && (index[kernel.output] ?? 0) < (old.shape[kernel.output] ?? 0);
      return feedsOld ? 0 : own;
    });
    return { ...param, data };
  };
  return { ...network, params: new Map([...network.params].map(([id, param]) => [id, grow(param)])) };
}

function unravel(flat: number, shape: readonly number[]): number[] {
  const index: number[] = [];
  let rest = flat;
  for (const size of [...shape].reverse()) {
    index.unshift(rest % size);
    rest = Math.floor(rest / size);
  }
  return index;
}

const ravel = (index: readonly number[], shape: readonly number[]): number =>
  index.reduce((flat, at, axis) => flat * (shape[axis] ?? 1) + at, 0);
