import { tensor } from '@tensorflow/tfjs-core';
import type { CalibrationSet } from '../calibration/calibration';
import { fixedBatch, type Graph, type Value } from '../graph/graph';
import { peakSampleBytes } from './batching';
import { Executor } from './executor';

/** Consecutive samples' values: for each value count × sample, row-major in the value's own axis order. */
export interface ValueBatch {
  readonly first: number;
  readonly count: number;
  readonly values: readonly Float32Array[];
}

const largestBatch = 32;
const batchBytes = 64 * 2 ** 20;

/**
 * Runs a graph over a set's first `count` samples, a batch at a time on the current backend. Nothing is left on the
 * backend once the generator has ended or was returned.
 */
export async function* runBatches(
  graph: Graph,
  set: Pick<CalibrationSet, 'input' | 'sampleShape'>,
  values: readonly Value[],
  count: number,
): AsyncGenerator<ValueBatch> {
  const executor = new Executor(
    graph,
    values.map(({ id }) => id),
  );
  const room = Math.floor(batchBytes / peakSampleBytes(graph, executor.plan));
  const size = fixedBatch(graph) ?? Math.max(1, Math.min(largestBatch, room));
  try {
    for (let first = 0; first < count; first += size) {
      const some = Math.min(size, count - first);
      yield { first, count: some, values: await runBatch(executor, graph, set, first, some) };
    }
  } finally {
    executor.dispose();
  }
}

async function runBatch(
  executor: Executor,
  graph: Graph,
  { input, sampleShape }: Pick<CalibrationSet, 'input' | 'sampleShape'>,
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
