import { fixedBatch, type Graph, type ValueId } from '../graph/graph';
import type { Plan } from './plan';

export interface Batch {
  readonly index: number;
  readonly first: number;
  readonly count: number;
}

const MEGABYTE = 2 ** 20;
export const DEFAULT_BUDGET = 512 * MEGABYTE;
const BATCH_BYTES = 64 * MEGABYTE;
const LARGEST_BATCH = 128;
/** So that an evaluation can end early, and parts of the set can be looked at. */
const FEWEST_BATCHES = 16;

/**
 * Samples a batch: as many as there is room for the activations of, unless the graph takes a number of its own.
 * @param readBytes what is read of a sample besides
 */
export function batchSizeFor(
  graph: Graph,
  plan: Plan,
  count: number,
  budgetBytes: number,
  readBytes = 0,
): number {
  const bytes = peakSampleBytes(graph, plan) + readBytes;
  const room = Math.floor(Math.min(BATCH_BYTES, budgetBytes / 4) / bytes);
  const most = Math.min(LARGEST_BATCH, Math.ceil(count / FEWEST_BATCHES), room);
  return fixedBatch(graph) ?? Math.max(1, most);
}

/** Cuts `count` samples into batches of nearly equal size, `largest` at most. */
export function cutBatches(count: number, largest: number): readonly Batch[] {
  const batches = Math.ceil(count / Math.max(1, largest));
  return Array.from({ length: batches }, (_, index) => {
    const first = Math.floor((index * count) / batches);
    return { index, first, count: Math.floor(((index + 1) * count) / batches) - first };
  });
}

/** Bytes of one sample's value. */
export function sampleBytes(graph: Graph, id: ValueId): number {
  const shape = graph.values.get(id)?.shape ?? [];
  return shape.reduce<number>((size, dim) => size * (dim ?? 1), Float32Array.BYTES_PER_ELEMENT);
}

/** The most bytes of activations that are alive at once while one sample runs through the plan. */
export function peakSampleBytes(graph: Graph, plan: Plan): number {
  const lastUse = new Map<ValueId, number>();
  plan.steps.forEach((step, index) => {
    lastUse.set(step.output, index);
    step.reads.forEach((id) => lastUse.set(id, index));
  });
  const released = new Map<number, ValueId[]>();
  for (const [id, index] of lastUse) released.set(index, [...(released.get(index) ?? []), id]);

  let alive = graph.inputs.reduce((sum, { id }) => sum + sampleBytes(graph, id), 0);
  let peak = alive;
  plan.steps.forEach((step, index) => {
    alive += sampleBytes(graph, step.output);
    peak = Math.max(peak, alive);
    for (const id of released.get(index) ?? []) alive -= sampleBytes(graph, id);
  });
  return peak;
}
