import type { ChannelMap } from '../graph/channel-types';
import type { Graph, ValueId } from '../graph/graph';
import { batchSizeFor, DEFAULT_BUDGET, peakSampleBytes, sampleBytes } from './batching';
import { Dependence } from './dependence';
import { groupReach } from './group-reach';
import { planGraph } from './plan';
import { linearLayers } from './products';

export interface MemoryEstimate {
  /** All kernels once with batch norms folded, and those of one candidate, which differ from them at most everywhere. */
  readonly weightBytes: number;
  /** The most that one batch needs while it runs. */
  readonly batchBytes: number;
  readonly batchSize: number;
  /** What would be kept between evaluations if nothing limited it. */
  readonly wishedBytes: number;
  /** What will be kept: that, or the budget. */
  readonly keptBytes: number;
  /** All of it. */
  readonly totalBytes: number;
}

/** Of the state, the candidate that may be committed and the one that is tried; each commit may archive one more. */
const COPIES = 3;

/**
 * What the evaluations of a run will hold on the backend at most, estimated before it from shapes alone; the pool of
 * WebGPU comes on top.
 */
export function estimateMemory(
  parts: {
    readonly graph: Graph;
    readonly channels: ChannelMap;
    readonly set: { readonly count: number };
    readonly tasks: readonly { readonly values: readonly { readonly id: ValueId }[] }[];
  },
  budgetBytes = DEFAULT_BUDGET,
): MemoryEstimate {
  const { graph, channels, set } = parts;
  const wanted = parts.tasks.flatMap(({ values }) => values.map(({ id }) => id));
  const plan = planGraph(graph, wanted, linearLayers(graph));
  const dependence = Dependence.of(graph, channels);
  const prunable = channels.groups.filter(({ frozen }) => frozen === null);
  const kept = new Set(
    prunable.flatMap(({ id }) => groupReach(id, graph, channels, plan, dependence).lasting),
  );
  const copies = COPIES + prunable.length;
  const wishedBytes = copies * set.count * [...kept].reduce((sum, id) => sum + sampleBytes(graph, id), 0);
  const keptBytes = Math.min(wishedBytes, budgetBytes);
  const peak = peakSampleBytes(graph, plan);
  const batchSize = batchSizeFor(graph, plan, set.count, budgetBytes);
  const params = [...graph.params.values()].reduce((sum, { data }) => sum + data.byteLength, 0);
  const weightBytes = 2 * params;
  const batchBytes = batchSize * peak;
  return {
    weightBytes,
    batchBytes,
    batchSize,
    wishedBytes,
    keptBytes,
    totalBytes: weightBytes + batchBytes + keptBytes,
  };
}
