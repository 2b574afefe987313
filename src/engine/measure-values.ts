import { tensor } from '@tensorflow/tfjs-core';
import type { CalibrationSet } from '../calibration/calibration';
import type { Graph, Value } from '../graph/graph';
import { Executor } from './executor';

const batchSize = 32;

/**
 * What a model gives for the calibration set's first `count` samples: for each value count × sample, row-major in
 * the value's own axis order.
 */
export async function measureValues(
  graph: Graph,
  set: CalibrationSet,
  values: readonly Value[],
  count: number,
): Promise<readonly Float32Array[]> {
  const executor = new Executor(
    graph,
    values.map(({ id }) => id),
  );
  try {
    const batches: (readonly Float32Array[])[] = [];
    for (let first = 0; first < count; first += batchSize) {
      batches.push(await runBatch(executor, graph, set, first, Math.min(batchSize, count - first)));
    }
    return values.map((_, index) => join(batches.map((batch) => batch[index] ?? new Float32Array())));
  } finally {
    executor.dispose();
  }
}

async function runBatch(
  executor: Executor,
  graph: Graph,
  { input, sampleShape }: CalibrationSet,
  first: number,
  count: number,
): Promise<readonly Float32Array[]> {
  const size = sampleShape.reduce((product, length) => product * length, 1);
  const samples = tensor(
    input.subarray(first * size, (first + count) * size),
    [count, ...sampleShape],
    'float32',
  );
  const outputs = executor.run(new Map([[graph.inputs[0]?.id ?? '', samples]]));
  try {
    return await Promise.all(outputs.map(async (output) => Float32Array.from(await output.data())));
  } finally {
    [samples, ...outputs].forEach((each) => each.dispose());
  }
}

function join(parts: readonly Float32Array[]): Float32Array {
  const joined = new Float32Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}
