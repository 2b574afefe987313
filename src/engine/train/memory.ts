import { fixedBatch, type Graph } from '../../graph/graph';
import { DEFAULT_BUDGET, sampleBytes } from '../batching';

/** Every value is kept for the way back, and meets its gradient and a product of theirs there. */
const COPIES = 3;

/** Samples that may go through the network forward and back at once, `batchSize` at most. */
export function microBatchSizeFor(graph: Graph, batchSize: number, budgetBytes = DEFAULT_BUDGET): number {
  const values = [...graph.values.keys()].reduce((sum, id) => sum + sampleBytes(graph, id), 0);
  const room = Math.floor(budgetBytes / (COPIES * values));
  return fixedBatch(graph) ?? Math.max(1, Math.min(batchSize, room));
}
