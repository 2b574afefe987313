import { readFileSync } from 'node:fs';
import { writeNpz } from '../../src/calibration/write-npz';
import { readNpz } from '../../src/calibration/npz';
import type { Graph } from '../../src/graph/graph';

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
