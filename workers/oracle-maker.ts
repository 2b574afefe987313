import { startBackend } from '../src/engine/backends';
import { createOracle } from '../src/engine/graph-oracle';
import type { Oracle } from '../src/engine/oracle';
import { shardCount } from '../src/engine/shards/shard-count';
import { createSplitOracle } from '../src/engine/shards/split-oracle';
import type { DeviceProblem } from '../src/engine/webgpu';
import type { Setup } from '../src/session';
import type { BackendChoice, BackendInfo } from './api';
import { openShardWorker } from './shard-link';
import { wasmPaths } from './wasm-paths';

/** The backend, and the oracles that compute on it within the memory budget, over as many workers as it suits. */
export class OracleMaker {
  readonly #onChange: (backend: BackendInfo) => void;
  #backend: BackendInfo | null = null;
  /** For kept activations; null for the engine's own default. */
  budgetBytes: number | null = null;

  /** @param onChange told when there is something new to say of the backend after its start */
  constructor(onChange: (backend: BackendInfo) => void) {
    this.#onChange = onChange;
  }

  get backend(): BackendInfo | null {
    return this.#backend;
  }

  async start(
    choice: BackendChoice,
    onDeviceProblem: (problem: DeviceProblem) => void,
  ): Promise<BackendInfo> {
    const backend = await startBackend(choice, { wasmPaths, onDeviceProblem });
    const workers = backend.name === 'webgpu' ? 1 : shardCount(coresForWork(), Infinity);
    const split = `Large calibration sets are split over up to ${workers} workers, one a core.`;
    this.#backend = workers > 1 ? { ...backend, why: `${backend.why} ${split}` } : backend;
    return this.#backend;
  }

  /** Says another reason for the backend. */
  explain(why: string): void {
    if (!this.#backend) return;
    this.#backend = { ...this.#backend, why };
    this.#onChange(this.#backend);
  }

  async make(setup: Setup): Promise<Oracle> {
    const backend = this.#backend;
    const budget = this.budgetBytes;
    const parts = { ...setup, ...(budget === null ? {} : { memoryBudgetBytes: budget }) };
    if (!backend || backend.name === 'webgpu') return createOracle(parts);
    return createSplitOracle(parts, {
      shards: this.workersFor(setup),
      backend: { name: backend.name, wasmPaths },
      open: openShardWorker,
      onFallBack: ({ message }) =>
        this.explain(`${backend.why} But they could not start (${message}), so one worker does all.`),
    });
  }

  /** WebGPU has one device, so its set stays whole. */
  workersFor({ set }: Setup): number {
    return this.#backend?.name === 'webgpu' ? 1 : shardCount(coresForWork(), set.count);
  }
}

/** One core is kept for the page, so that it stays smooth. */
const coresForWork = () => Math.max(1, navigator.hardwareConcurrency - 1);
