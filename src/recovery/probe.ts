import { tensor } from '@tensorflow/tfjs-core';
import type { CalibrationSet } from '../calibration/calibration';
import { batchSizeFor, cutBatches, DEFAULT_BUDGET, sampleBytes, type Batch } from '../engine/batching';
import { breathe } from '../engine/breath';
import { Executor } from '../engine/executor';
import { stepMacs } from '../engine/plan';
import type { Graph, ValueId } from '../graph/graph';

/** A network that can be asked for values inside it. Dispose after use. */
export interface Probe {
  /** Row-major numbers of each value for a batch of the set: batch × sample, in the value's own axis order. */
  read(batch: Batch): Promise<readonly Float32Array[]>;
  readonly batches: readonly Batch[];
  /** Multiply-accumulates that reading has taken so far. */
  readonly macs: number;
  dispose(): void;
}

/** @throws Error when a value needs an operator that cannot be run */
export function probe(graph: Graph, set: CalibrationSet, values: readonly ValueId[]): Probe {
  const executor = new Executor(graph, values);
  const { plan } = executor;
  const read = values.reduce((sum, id) => sum + sampleBytes(graph, id), 0);
  const largest = batchSizeFor(graph, plan, set.count, DEFAULT_BUDGET, read);
  const sampleMacs = stepMacs(graph, plan.steps);
  const size = set.sampleShape.reduce((product, length) => product * length, 1);
  let samplesRead = 0;
  return {
    get macs() {
      return sampleMacs * samplesRead;
    },
    batches: cutBatches(set.count, largest),
    dispose: () => executor.dispose(),
    async read({ first, count }) {
      const samples = set.input.subarray(first * size, (first + count) * size);
      const input = tensor(samples, [count, ...set.sampleShape], 'float32');
      samplesRead += count;
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
