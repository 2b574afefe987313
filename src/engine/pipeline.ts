import type { BatchRun } from './batch-run';
import type { Candidate } from './candidate';
import type { SampleBatch } from './sample-batch';

/**
 * Whether a backend computes while its results are read, so that it should have the next batch by then. WASM and plain
 * JavaScript are done with a batch when they return.
 */
export function overlapsReading(backend: string): boolean {
  return backend === 'webgpu';
}

/** A batch that was submitted before its candidate was asked for. */
export interface HeadStart {
  readonly candidate: Candidate;
  readonly batch: SampleBatch;
  readonly run: BatchRun;
}

/** The batches of an evaluation that are under way, oldest first. */
export class Pipeline {
  readonly #most: number;
  readonly #underWay: BatchRun[] = [];
  readonly #begun: SampleBatch | null;

  /**
   * @param overlaps whether one batch is submitted while the one before it is read
   * @param begun of this candidate or of one that was expected in its place
   */
  constructor(overlaps: boolean, candidate: Candidate, begun: HeadStart | null) {
    this.#most = overlaps ? 1 : 0;
    const isOurs = begun?.candidate === candidate;
    this.#begun = isOurs ? begun.batch : null;
    // Nobody needs to know how another candidate's ends, but that it does, so that nothing is run twice.
    if (begun)
      this.#underWay.push(isOurs ? begun.run : { ...begun.run, done: begun.run.done.catch(() => undefined) });
  }

  /** Whether the candidate had its head start on this batch. */
  hasBegun(batch: SampleBatch): boolean {
    return this.#begun === batch;
  }

  /** Takes in a batch that was submitted, and waits for those before it; where nothing overlaps, for itself too. */
  async add(run: BatchRun): Promise<void> {
    this.#underWay.push(run);
    await this.#settle(this.#most);
  }

  /** Waits for all. */
  drain(): Promise<void> {
    return this.#settle(0);
  }

  async #settle(left: number): Promise<void> {
    while (this.#underWay.length > left) await this.#underWay.shift()?.done;
  }
}
