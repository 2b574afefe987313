import { DEFAULT_BUDGET } from '../src/engine/batching';
import { estimateMemory } from '../src/engine/memory-estimate';
import type { Setup } from '../src/session';
import type { MemoryPlan } from './api';

/** What a run will hold with its set split over `workers`, each with its share of the budget, and what it would without limit. */
export function memoryPlan(setup: Setup, budget: number | null, workers: number): MemoryPlan {
  const share = { ...setup, set: { count: Math.ceil(setup.set.count / workers) } };
  const budgetBytes = budget ?? DEFAULT_BUDGET;
  const within = estimateMemory(share, budgetBytes / workers);
  const free = estimateMemory(share, Number.MAX_SAFE_INTEGER);
  return {
    workers,
    budgetBytes,
    weightBytes: workers * within.weightBytes,
    batchBytes: workers * within.batchBytes,
    keptBytes: workers * within.keptBytes,
    wishedBytes: workers * within.wishedBytes,
    batchSize: within.batchSize,
    freeBatchSize: free.batchSize,
  };
}
