import type { CalibrationSet } from '../calibration/calibration';
import type { Graph, Value } from '../graph/graph';
import { runBatches, type ValueBatch } from './run-batches';

/**
 * What a model gives for the calibration set's first `count` samples: for each value count × sample, row-major in
 * the value's own axis order.
 */
export async function measureValues(
  graph: Graph,
  set: Pick<CalibrationSet, 'input' | 'sampleShape'>,
  values: readonly Value[],
  count: number,
): Promise<readonly Float32Array[]> {
  const batches: ValueBatch[] = [];
  for await (const batch of runBatches(graph, set, values, count)) batches.push(batch);
  return values.map((_, index) => join(batches.map((batch) => batch.values[index] ?? new Float32Array())));
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
