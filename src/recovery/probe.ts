import { tensor } from '@tensorflow/tfjs-core';
import type { CalibrationSet } from '../calibration/calibration';
import { batchSizeFor, cutBatches, DEFAULT_BUDGET, type Batch } from '../engine/batching';
import { breathe } from '../engine/breath';
import { Executor } from '../engine/executor';
import type { Graph, ValueId } from '../graph/graph';

/** A network that can be asked for values inside it. Dispose after use. */
export interface Probe {
  /** Row-major numbers of each value for a batch of the set: batch × sample, in the value's own axis order. */
  read(batch: Batch): Promise<readonly Float32Array[]>;
  readonly batches: readonly Batch[];
  dispose(): void;
}

/** @throws Error when a value needs an operator that cannot be run */
export function probe(graph: Graph, set: CalibrationSet, values: readonly ValueId[]): Probe {
  const executor = new Executor(graph, values);
  const largest = batchSizeFor(graph, executor.plan, set.count, DEFAULT_BUDGET);
  const size = set.sampleShape.reduce((product, length) => product * length, 1);
  return {
    batches: cutBatches(set.count, largest),
    dispose: () => executor.dispose(),
    async read({ first, count }) {
      const samples = set.input.subarray(first * size, (first + count) * size);
      const input = tensor(samples, [count, ...set.sampleShape], 'float32');
      const outputs = executor.run(new Map([[graph.inputs[0]?.id ?? '', input]]));
      try {
        return await Promise.all(outputs.map((output) => output.data<'float32'>()));
      } finally {
        [input, ...outputs].forEach((each) => each.dispose());
        await breathe();
      }
    },
  };
}
